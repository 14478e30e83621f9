import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { freePort } from '@plexica/foundation';
import { parse } from 'graphql';
import { WebSocket } from 'ws';
import { aSubgraph } from '../src/execute/test/composed.ts';
import { type Running, start } from './contender.ts';
import { liveQuery, liveSubgraphs } from './subscriptions-subgraphs.ts';

// `pnpm bench subscriptions [seconds]`: events of one subgraph, each completed by another, over WebSockets to 50 clients; the gateway on a core of its own.
const seconds = Number(process.argv[2] ?? 6);
const clients = 50;
const rates = [500, 1_000, 2_000, 3_000, 4_000];
const [gatewayCore, loadCore] = [0, 1];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const tsx = [process.execPath, '--import', 'tsx', '--conditions=development'];
const env = { TSX_TSCONFIG_PATH: here('../../tsconfig.json') };
const folder = mkdtempSync(join(tmpdir(), 'plexica-bench-'));
execFileSync('taskset', ['-a', '-cp', String(loadCore), String(process.pid)], { stdio: 'ignore' });

const services = Object.entries(liveSubgraphs).map(([name, source]) => ({
  name,
  url: `http://${name}`,
  typeDefs: parse(aSubgraph(name, source).sdl),
}));
const supergraph = join(folder, 'supergraph.graphql');
writeFileSync(supergraph, composeServices(services).supergraphSdl ?? '');

interface Row {
  readonly what: string;
  readonly asked: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly busy: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly outOfOrder: number;
  readonly errors: number;
}

interface Counted {
  readonly delays: number[];
  outOfOrder: number;
  errors: number;
}

/** One client with one subscription; stops by the function it returns. */
const follow = async (port: number, token: string, perSecond: number, counted: Counted): Promise<() => void> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  let last: number | undefined;
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (text) => {
    const { type, payload } = JSON.parse(String(text));
    if (type === 'connection_ack') {
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: liveQuery, variables: { perSecond } } }));
    } else if (type === 'next') {
      const sale = payload.data?.sold;
      if (!sale?.product?.name) {
        counted.errors += 1;
        return;
      }
      if (last !== undefined && sale.count !== last + 1) counted.outOfOrder += 1;
      last = sale.count;
      counted.delays.push(Date.now() - Number(sale.at));
    }
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}`, tenantSlug: 'acme' } }));
  return () => socket.terminate();
};

const measure = async (what: string, running: Running, asked: number, user: (index: number) => string): Promise<Row> => {
  const counted: Counted = { delays: [], outOfOrder: 0, errors: 0 };
  const { port } = running;
  const stops: (() => void)[] = [];
  for (let index = 0; index < clients; index += 1) {
    const token = await (await fetch(`http://127.0.0.1:${port}/token/${user(index)}`)).text();
    stops.push(await follow(port, token, asked / clients, counted));
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  counted.delays.length = 0;
  const [before, started] = [running.cpuMs(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const [cpu, took] = [running.cpuMs() - before, performance.now() - started];
  for (const stop of stops) stop();
  const delays = counted.delays.toSorted((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  const { outOfOrder, errors } = counted;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const perSecond = (delays.length * 1000) / took;
  return { what, asked, perSecond, cpuMs: cpu / delays.length, busy: cpu / took, p50Ms: at(0.5), p99Ms: at(0.99), outOfOrder, errors };
};

console.log(`${clients} clients, each with a subscription. ${cpus()[0]?.model}, Node ${process.version}; ${seconds} s each.

| upstream | events/s asked for | delivered, completed | gateway CPU ms per event | of its core | p50 ms | p99 ms | out of order | failed |
|---|---|---|---|---|---|---|---|---|`);
for (const [transport, name, one] of [
  ['ws', 'a WebSocket per user', false],
  ['sse', 'server-sent events', false],
  ['ws', 'one user, one upstream for all', true],
] as const) {
  const [port, first] = [await freePort(), 20_000 + Math.floor(Math.random() * 10_000)];
  const upstreamEnv = { ...env, PORT: String(first), TRANSPORT: transport };
  const upstream = await start(
    { name: 'subgraphs', command: [...tsx, here('./subscriptions-upstream.ts')], env: upstreamEnv, path: '/ready' },
    first,
    loadCore,
  );
  const gatewayEnv = { ...env, PORT: String(port), UPSTREAM_PORT: String(first), SUPERGRAPH: supergraph };
  const gateway = await start(
    { name: 'gateway', command: [...tsx, here('./subscriptions-gateway.ts')], env: gatewayEnv },
    port,
    gatewayCore,
  );
  try {
    for (const rate of rates) {
      const row = await measure(name, gateway, rate, (index) => (one ? 'ada' : `user-${index}`));
      console.log(
        `| ${row.what} | ${row.asked} | ${row.perSecond.toFixed(0)} | ${row.cpuMs.toFixed(3)} | ${(row.busy * 100).toFixed(0)} % | ${row.p50Ms} | ${row.p99Ms} | ${row.outOfOrder} | ${row.errors} |`,
      );
    }
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()]);
  }
}
rmSync(folder, { recursive: true, force: true });
