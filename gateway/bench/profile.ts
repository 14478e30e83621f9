import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@plexica/foundation';
import { untilAnswers } from './contender.ts';
import { bearersOf, everyUser, knownUsers, startIssuer } from './issuer.ts';
import { load } from './load.ts';
import { asPlatform, standalone } from './own-gateway.ts';
import { startSubgraphs } from './start-subgraphs.ts';
import { benchmarkQuery, oneHopQuery } from './subgraphs.ts';

// `pnpm bench profile [deep|hop] [alone|known|new]`: where our own gateway spends its time under the benchmark's load, by function and by file; on
// its own, or as the platform with principals it knows or has never seen.
const query = process.argv[2] === 'hop' ? oneHopQuery : benchmarkQuery;
const mode = process.argv[3] ?? 'alone';
const port = await freePort();
const upstream = await startSubgraphs(1);
const { folder, supergraph } = upstream;
const issuer = await startIssuer();
const [program = '', ...flags] = mode === 'alone' ? standalone(supergraph, port) : asPlatform;
const gateway = spawn('taskset', ['-c', '0', program, '--cpu-prof', `--cpu-prof-dir=${folder}`, ...flags], {
  env: { ...process.env, SUPERGRAPH: supergraph, PORT: String(port), ISSUER: issuer.url, LOG_LEVEL: 'warn' },
});
await untilAnswers(port, '/graphql');
const users = mode === 'known' ? knownUsers : everyUser;
const bearer = bearersOf(await issuer.tokens(users));
const question = {
  port,
  path: '/graphql',
  body: JSON.stringify({ query }),
  connections: 50,
  authorization: bearer(users),
};
await load({ ...question, seconds: 4 });
const { requests, seconds } = await load({ ...question, seconds: 10 });
gateway.kill('SIGTERM');
issuer.stop();
await once(gateway, 'exit');
const name = readdirSync(folder).find((each) => each.endsWith('.cpuprofile')) ?? '';
const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
await upstream.stop();
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
