import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { aSubgraph } from '../src/execute/test/composed.ts';
import { freePort, start, untilAnswers } from './contender.ts';
import { load } from './load.ts';
import { benchmarkQuery, benchmarkSubgraphs, oneHopQuery } from './subgraphs.ts';

// `pnpm bench profile [deep|hop]`: where our own gateway spends its time under the benchmark's load, by function and by file.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const query = process.argv[2] === 'hop' ? oneHopQuery : benchmarkQuery;
const folder = mkdtempSync(join(tmpdir(), 'plexica-profile-'));
const [upstreamPort, port] = [await freePort(), await freePort()];
const upstream = await start(
  {
    name: 'subgraphs',
    command: [process.execPath, '--import', 'tsx', '--conditions=development', here('./upstream.ts')],
    env: { PORT: String(upstreamPort), TSX_TSCONFIG_PATH: here('../../tsconfig.json') },
    path: '/accounts',
  },
  upstreamPort,
  1,
);
const composed = composeServices(
  Object.entries(benchmarkSubgraphs).map(([name, source]) => ({
    name,
    url: `http://127.0.0.1:${upstreamPort}/${name}`,
    typeDefs: parse(aSubgraph(name, source).sdl),
  })),
);
const file = join(folder, 'supergraph.graphql');
writeFileSync(file, composed.supergraphSdl ?? '');
const gateway = spawn(
  'taskset',
  [
    '-c',
    '0',
    process.execPath,
    '--max-semi-space-size=128',
    '--min-semi-space-size=128',
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    here('../dist/standalone.js'),
    '--supergraph',
    file,
    '--port',
    String(port),
    '--forward-header',
    'authorization',
  ],
  { env: { ...process.env, LOG_LEVEL: 'warn' } },
);
await untilAnswers(port, '/graphql');
let users = 0;
const question = {
  port,
  path: '/graphql',
  body: JSON.stringify({ query }),
  connections: 50,
  authorization: () => `Bearer ${++users}`,
};
await load({ ...question, seconds: 4 });
const { requests, seconds } = await load({ ...question, seconds: 10 });
gateway.kill('SIGTERM');
await once(gateway, 'exit');
await upstream.stop();
const name = readdirSync(folder).find((each) => each.endsWith('.cpuprofile')) ?? '';
const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
rmSync(folder, { recursive: true });
const byId = new Map(nodes.map((node: { id: number }) => [node.id, node]));
const self = new Map<string, number>();
let busy = 0;
// What came before the load was steady, starting and compiling, tells nothing of a request.
const steadyFrom = endTime - seconds * 1e6;
let at = startTime;
for (const [index, id] of samples.entries()) {
  at += timeDeltas[index];
  if (at < steadyFrom) continue;
  const { callFrame } = byId.get(id) as { callFrame: { functionName: string; url: string; lineNumber: number } };
  if (callFrame.functionName === '(idle)' || callFrame.functionName === '(program)') continue;
  busy += timeDeltas[index];
  const where = `${callFrame.functionName || '(anonymous)'} ${callFrame.url.replace(/.*node_modules\/|file:\/\/.*\/gateway\//, '').replace(/^\.pnpm\/[^/]+\//, '')}:${callFrame.lineNumber + 1}`;
  self.set(where, (self.get(where) ?? 0) + timeDeltas[index]);
}
const byFile = new Map<string, number>();
for (const [where, time] of self) {
  const place = where.slice(where.indexOf(' ') + 1).replace(/:\d+$/, '');
  const file =
    place
      .split('/')
      .slice(0, place.startsWith('@') ? 2 : 1)
      .join('/') ||
    where.split(' ')[0] ||
    '';
  byFile.set(file, (byFile.get(file) ?? 0) + time);
}
for (const [file, time] of [...byFile].toSorted(([, a], [, b]) => b - a).slice(0, 14))
  console.log(`${(time / 1000 / requests).toFixed(4)} ms  ${file}`);
console.log(`${requests} requests, ${(busy / 1000 / requests).toFixed(3)} ms busy each`);
for (const [where, time] of [...self].toSorted(([, a], [, b]) => b - a).slice(0, 45))
  console.log(`${((time / busy) * 100).toFixed(1)} %  ${(time / 1000 / requests).toFixed(4)} ms  ${where}`);
