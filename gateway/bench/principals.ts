import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Running } from './contender.ts';
import { bearersOf, everyUser, knownUsers, startIssuer } from './issuer.ts';
import { load } from './load.ts';
import { median } from './median.ts';
import { asPlatform, standalone, startOn } from './own-gateway.ts';
import { startSubgraphs } from './start-subgraphs.ts';
import { benchmarkQuery, oneHopQuery } from './subgraphs.ts';

// `pnpm bench principals [rounds] [seconds]`: what the platform's own mode costs beside the gateway on its own. They run side by side and take
// turns that are shorter than a machine's moods, and each turn is compared with the one before it. Of each there are several processes, since
// no two are compiled alike.
const rounds = Number(process.argv[2] ?? 50);
const seconds = Number(process.argv[3] ?? 0.5);
const [gatewayCore, loadCore] = [0, 1];

execFileSync('taskset', ['-a', '-cp', String(loadCore), String(process.pid)], { stdio: 'ignore' });
const subgraphs = await startSubgraphs(loadCore);
const issuer = await startIssuer();
const tokens = await issuer.tokens(everyUser);
const bearer = bearersOf(tokens);

const { supergraph } = subgraphs;
const startPlatform = (name: string) =>
  startOn(gatewayCore, (port) => ({
    name,
    command: asPlatform,
    env: { SUPERGRAPH: supergraph, PORT: String(port), ISSUER: issuer.url, LOG_LEVEL: 'warn' },
  }));
const startAlone = () =>
  startOn(gatewayCore, (port) => ({ name: 'on its own', command: standalone(supergraph, port), env: { LOG_LEVEL: 'warn' } }));
const startSide = async () => ({
  alone: await startAlone(),
  contenders: [
    { running: await startPlatform('known principals'), authorization: bearer(knownUsers) },
    { running: await startPlatform('new principals'), authorization: bearer(everyUser) },
  ],
});
const sides = [await startSide(), await startSide(), await startSide()];

/** Milliseconds of CPU for each request of one turn. */
const turn = async ({ port, path, cpuMs }: Running, query: string, authorization: () => string, forSeconds = seconds): Promise<number> => {
  const before = cpuMs();
  const { requests, failed } = await load({
    port,
    path,
    body: JSON.stringify({ query }),
    connections: 50,
    seconds: forSeconds,
    authorization,
  });
  if (failed) throw new Error(`${failed} requests failed.`);
  return (cpuMs() - before) / requests;
};
const inMs = (values: readonly number[]): string => median(values).toFixed(3);

const more = async (query: string): Promise<readonly string[]> => {
  const own: number[] = [];
  const differences: [number[], number[]] = [[], []];
  for (const { alone, contenders } of sides) {
    await turn(alone, query, bearer(everyUser), 3);
    for (const { running, authorization } of contenders) await turn(running, query, authorization, 3);
  }
  for (let round = 0; round < rounds; round += 1) {
    const { alone, contenders } = sides[round % sides.length] as (typeof sides)[number];
    for (const [index, { running, authorization }] of contenders.entries()) {
      const before = await turn(alone, query, bearer(everyUser));
      own.push(before);
      differences[index]?.push((await turn(running, query, authorization)) - before);
    }
  }
  return [inMs(own), ...differences.map((each) => `+${inMs(each)}`)];
};

const rows = [
  ['the long query, six calls', ...(await more(benchmarkQuery))],
  ['one hop', ...(await more(oneHopQuery))],
];
for (const { alone, contenders } of sides) for (const running of [alone, ...contenders.map((each) => each.running)]) await running.stop();
await subgraphs.stop();
issuer.stop();
console.log(`
CPU ms per request, ${cpus()[0]?.model}, Node ${process.version}; medians of ${rounds} turns of ${seconds} s at 50 connections, over ${sides.length} processes of each; the gateways on one core.

| query | on its own | known principals | new principals |
|---|---|---|---|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`);
