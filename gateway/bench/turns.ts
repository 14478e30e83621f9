import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { withCoresAwake } from './cores-awake.ts';
import { floorPlan } from './floor-plan.ts';
import { everyUser, startIssuer } from './issuer.ts';
import { load, warmUpSeconds } from './load.ts';
import { median } from './median.ts';
import { type Side, type Sides, startSides } from './side-by-side.ts';
import { startSubgraphs } from './start-subgraphs.ts';
import { benchmarkQuery, oneHopQuery } from './subgraphs.ts';

// `pnpm bench turns [rounds] [seconds]`: what our gateway takes above the floor, and the platform's own mode above that. All run side by side and
// take turns that are shorter than a machine's moods; what is printed compares turns of one round. Of each there are several processes, since no
// two are compiled alike.
const rounds = Number(process.argv[2] ?? 45);
const seconds = Number(process.argv[3] ?? 0.5);
const [gatewayCore, loadCore] = [0, 1];
const processes = 3;
const names = ['floor', 'alone', 'known', 'new'] as const;
type Name = (typeof names)[number];
type Turn = Readonly<Record<Name, number>>;

execFileSync('taskset', ['-a', '-cp', String(loadCore), String(process.pid)], { stdio: 'ignore' });
const subgraphs = await startSubgraphs(loadCore);
const issuer = await startIssuer();
const tokens = await issuer.tokens(everyUser);

const ask = ({ running, authorization }: Side, query: string, connections: number, forSeconds = seconds) => {
  const { port, path } = running;
  return load({ port, path, body: JSON.stringify({ query }), connections, seconds: forSeconds, authorization });
};
/** Milliseconds of CPU for each request, at 50 connections. */
const cpu = async (side: Side, query: string): Promise<number> => {
  const before = side.running.cpuMs();
  const { requests, failed } = await ask(side, query, 50);
  if (failed) throw new Error(`${failed} requests failed.`);
  return (side.running.cpuMs() - before) / requests;
};
const awake = <Result>(measure: () => Promise<Result>) => withCoresAwake([gatewayCore, loadCore], measure);
/** Milliseconds until the answer, at one connection. */
const wait = async (side: Side, query: string): Promise<number> => (await ask(side, query, 1)).p50Ms;

const turnsOf = async (groups: readonly Sides[], query: string, measure: typeof cpu): Promise<readonly Turn[]> => {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sides = groups[round % groups.length] as Sides;
    const turn: Partial<Record<Name, number>> = {};
    for (const name of names) turn[name] = await measure(sides[name], query);
    turns.push(turn as Turn);
  }
  return turns;
};

const measured = async (query: string) => {
  const plan = await floorPlan(query);
  const groups: Sides[] = [];
  while (groups.length < processes) groups.push(await startSides(gatewayCore, subgraphs, issuer, tokens, plan));
  for (const sides of groups) for (const name of names) await ask(sides[name], query, 50, warmUpSeconds);
  const result = { cpu: await turnsOf(groups, query, cpu), wait: await awake(() => turnsOf(groups, query, wait)) };
  for (const sides of groups) for (const name of names) await sides[name].running.stop();
  return result;
};

const inMs = (turns: readonly Turn[], value: (turn: Turn) => number): string => median(turns.map(value)).toFixed(3);
/** Of each: what it took, and how many times the floor of its round that is. */
const row = (what: string, turns: readonly Turn[]): string =>
  `| ${[what, ...names.map((name) => `${inMs(turns, (turn) => turn[name])} (${median(turns.map((turn) => turn[name] / turn.floor)).toFixed(2)})`)].join(' | ')} |`;
/** How much more than the one it is built upon. */
const more = (what: string, turns: readonly Turn[]): string =>
  `| ${what} | | ${(['alone', 'known', 'new'] as const).map((name) => `+${inMs(turns, (turn) => turn[name] - turn[name === 'alone' ? 'floor' : 'alone'])}`).join(' | ')} |`;

const deep = await measured(benchmarkQuery);
const hop = await measured(oneHopQuery);
const direct = await awake(() => ask({ running: subgraphs, authorization: () => '' }, '{users{id name}}', 1, 3));
await subgraphs.stop();
issuer.stop();
console.log(`
${cpus()[0]?.model}, Node ${process.version}; medians of ${rounds} rounds of turns of ${seconds} s, over ${processes} processes of each; the gateways on one core; p50 with cores that are kept awake. In brackets: as a multiple of the floor of the same round.
"More" is what the gateway takes above the floor, and the platform above the gateway on its own. The subgraph of the one hop itself answers after ${direct.p50Ms.toFixed(3)} ms.

| ms | floor | on its own | known principals | new principals |
|---|---|---|---|---|
${[
  row('six calls: CPU at 50 connections', deep.cpu),
  more('more', deep.cpu),
  row('six calls: p50 at one connection', deep.wait),
  row('one hop: CPU at 50 connections', hop.cpu),
  more('more', hop.cpu),
  row('one hop: p50 at one connection', hop.wait),
  more('more', hop.wait),
].join('\n')}`);
