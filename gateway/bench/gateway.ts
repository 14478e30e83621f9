import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort } from '@plexica/foundation';
import { type Contender, type Running, start } from './contender.ts';
import { withCoresAwake } from './cores-awake.ts';
import { floorPlan } from './floor-plan.ts';
import { installContenders } from './install-contenders.ts';
import { bearersOf, everyUser, knownUsers, startIssuer } from './issuer.ts';
import { type Load, load, warmUpSeconds } from './load.ts';
import { median } from './median.ts';
import { asPlatform, floor, standalone } from './own-gateway.ts';
import { startSubgraphs } from './start-subgraphs.ts';
import { benchmarkQuery, oneHopQuery } from './subgraphs.ts';

// `pnpm bench gateway [rounds] [seconds]`: every gateway in turn on a core of its own, the load and the subgraphs on the other.
const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 8);
const only = process.env.BENCH_ONLY?.split(',');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [gatewayCore, loadCore] = [0, 1];
const gatewayPort = await freePort();
execFileSync('taskset', ['-a', '-cp', String(loadCore), String(process.pid)], { stdio: 'ignore' });

const upstream = await startSubgraphs(loadCore);
const { url: upstreamUrl, supergraph } = upstream;
const contenders = process.env.BENCH_ONLY ? installedOr('') : installContenders();
const env = { SUPERGRAPH: supergraph, PORT: String(gatewayPort), CONTENDERS: contenders, LOG_LEVEL: 'warn' };
const hive = [
  process.execPath,
  'node_modules/.bin/hive-gateway',
  'supergraph',
  '--config-path',
  'hive.config.mjs',
  '--port',
  String(gatewayPort),
  '--host',
  '127.0.0.1',
];
const own = standalone(supergraph, gatewayPort);
const issuer = await startIssuer();
const isAsked = (name: string) => !only || only.includes(name);
const newPrincipals = 'Plexica as the platform: new principals';
const tokens = await issuer.tokens(isAsked(newPrincipals) ? everyUser : knownUsers);
const bearer = bearersOf(tokens);
const plans = { deep: await floorPlan(benchmarkQuery), hop: await floorPlan(oneHopQuery) };
const platform = { command: asPlatform, env: { ...env, ISSUER: issuer.url } };

interface Entrant extends Contender {
  readonly floor?: boolean;
  /** Who asks, where it isn't just anybody. */
  readonly authorization?: () => string;
}
const all: readonly Entrant[] = [
  { name: 'stock Apollo Gateway', command: [process.execPath, here('./contenders/apollo.mjs')], env },
  { name: 'Hive Gateway', command: hive, env, cwd: contenders },
  { name: 'Hive Gateway, Rust planner', command: [...hive, '--hive-router-runtime'], env, cwd: contenders },
  { name: 'Plexica', command: own, env },
  { name: 'Plexica as the platform: known principals', ...platform, authorization: bearer(knownUsers) },
  { name: newPrincipals, ...platform, authorization: bearer(everyUser) },
  { ...floor(upstreamUrl, plans.deep, gatewayPort), floor: true },
];

function installedOr(nothing: string): string {
  return only?.some((name) => /Apollo|Hive/.test(name)) ? installContenders() : nothing;
}

interface Measured {
  readonly name: string;
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly calls: number;
  readonly p50Ms: number;
  readonly failed: number;
}

const callsSoFar = async (): Promise<number> => Number(await (await fetch(`${upstreamUrl}/calls`)).text());

let users = 0;
const measure = async (running: Running, name: string, query: string, more: Partial<Load> = {}): Promise<Measured> => {
  const body = JSON.stringify({ query });
  const question: Load = {
    port: running.port,
    path: running.path,
    body,
    connections: 50,
    seconds,
    authorization: () => `Bearer user-${++users}`,
    ...more,
  };
  await load({ ...question, seconds: warmUpSeconds });
  const taken: { cpuMs: number; perSecond: number; calls: number; p50Ms: number; failed: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await callsSoFar();
    const before = running.cpuMs();
    const { requests, seconds: took, p50Ms, failed } = await load(question);
    taken.push({
      cpuMs: (running.cpuMs() - before) / requests,
      perSecond: requests / took,
      calls: (await callsSoFar()) / requests,
      p50Ms,
      failed,
    });
  }
  const of = (key: 'cpuMs' | 'perSecond' | 'calls' | 'p50Ms') => median(taken.map((each) => each[key]));
  return {
    name,
    cpuMs: of('cpuMs'),
    perSecond: of('perSecond'),
    calls: of('calls'),
    p50Ms: of('p50Ms'),
    failed: taken.reduce((sum, { failed }) => sum + failed, 0),
  };
};

const answerOf = async ({ port, path }: Running, authorization = 'Bearer one'): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: benchmarkQuery }),
  });
  return JSON.stringify(sorted(await response.json()));
};
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

/** How long one request takes that is alone: with cores that sleep between its steps, and with such as are kept awake. */
const waits = async (running: Running, name: string, query: string, more: Partial<Load> = {}) => {
  const alone = () => measure(running, name, query, { connections: 1, seconds: Math.min(3, seconds), ...more });
  return { asleep: (await alone()).p50Ms, awake: (await withCoresAwake([gatewayCore, loadCore], alone)).p50Ms };
};

interface Row {
  readonly deep: Measured;
  readonly hop: Measured;
  readonly wait: Awaited<ReturnType<typeof waits>>;
  readonly shared: Measured | undefined;
}
const rows: Row[] = [];
let right: string | undefined;
for (const contender of all.filter(({ name }) => isAsked(name))) {
  const started = (plan: keyof typeof plans) =>
    start(contender.floor ? floor(upstreamUrl, plans[plan], gatewayPort) : contender, gatewayPort, gatewayCore);
  let running = await started('deep');
  try {
    const who = contender.authorization ? { authorization: contender.authorization } : {};
    const one = contender.authorization?.() ?? 'Bearer one';
    const answer = await answerOf(running, one);
    right ??= answer;
    if (answer !== right) throw new Error(`${contender.name} answers something else:\n${answer.slice(0, 500)}\n${right.slice(0, 500)}`);
    const deep = await measure(running, contender.name, benchmarkQuery, who);
    const shared = contender.floor ? undefined : await measure(running, contender.name, benchmarkQuery, { authorization: () => one });
    if (contender.floor) {
      await running.stop();
      running = await started('hop');
    }
    const hop = await measure(running, contender.name, oneHopQuery, who);
    rows.push({ deep, hop, wait: await waits(running, contender.name, oneHopQuery, who), shared });
    console.log(line(rows.at(-1)));
  } finally {
    await running.stop();
  }
}
// The subgraph itself, without a gateway: what one hop adds is counted from here.
const direct = await waits(upstream, 'direct', '{users{id name}}');
await upstream.stop();
issuer.stop();

const [stock] = rows;
const ratio = (value: number, base: number | undefined) => (base === undefined ? '' : `${(base / value).toFixed(1)}x`);
function line(row: Row | undefined): string {
  return row
    ? `${row.deep.name}: ${row.deep.cpuMs.toFixed(3)} ms CPU, ${row.deep.perSecond.toFixed(0)}/s, ${row.deep.calls.toFixed(1)} calls`
    : '';
}
console.log(`
Answer: ${right?.length} bytes. ${cpus()[0]?.model}, Node ${process.version}; medians of ${rounds} rounds of ${seconds} s at 50 connections; the gateway on one core.

| gateway | CPU ms | vs stock | requests/s | vs stock | calls | one hop: CPU ms | added p50 ms, cores awake | cores asleep | one user's identical requests/s | failed |
|---|---|---|---|---|---|---|---|---|---|---|`);
for (const { deep, hop, wait, shared } of rows) {
  console.log(
    `| ${deep.name} | ${deep.cpuMs.toFixed(2)} | ${ratio(deep.cpuMs, stock?.deep.cpuMs)} | ${deep.perSecond.toFixed(0)} | ${(deep.perSecond / (stock?.deep.perSecond ?? 1)).toFixed(1)}x | ${deep.calls.toFixed(1)} | ${hop.cpuMs.toFixed(3)} | ${(wait.awake - direct.awake).toFixed(2)} | ${(wait.asleep - direct.asleep).toFixed(2)} | ${shared?.perSecond.toFixed(0) ?? ''} | ${deep.failed + hop.failed + (shared?.failed ?? 0)} |`,
  );
}
