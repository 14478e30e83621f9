import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Of its GraphQL endpoint. */
  readonly path?: string;
}

export interface Running {
  readonly port: number;
  readonly path: string;
  /** Milliseconds of CPU so far, all threads. */
  cpuMs(): number;
  stop(): Promise<void>;
}

const ticksPerSecond = 100;

const children = new Set<ChildProcess>();
// Nothing outlives the benchmark, also when it fails or is stopped.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts a gateway on a core of its own, and waits until it answers. */
export const start = async (
  { name, command, env = {}, cwd, path = '/graphql' }: Contender,
  port: number,
  core: number,
): Promise<Running> => {
  const [program = '', ...args] = ['taskset', '-c', String(core), ...command];
  const child = spawn(program, args, { env: { ...process.env, NODE_ENV: 'production', ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output = `${output}${chunk}`.slice(-4_000)));
  const ended = once(child, 'exit');
  children.add(child);
  await untilAnswers(port, path, () => child.exitCode === null).catch(() => {
    throw new Error(`${name} did not start:\n${output}`);
  });
  return {
    port,
    path,
    cpuMs: () => cpuOf(child),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** For a minute at most, and only while it is running. */
export const untilAnswers = async (port: number, path: string, isRunning = () => true): Promise<void> => {
  for (let waited = 0; !(await answers(port, path)); waited += 100) {
    if (!isRunning() || waited > 60_000) throw new Error(`Nothing answers on port ${port}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const answers = (port: number, path: string): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  }).then(
    async (response) => (await response.text()).includes('"data"'),
    () => false,
  );

// taskset becomes the program it starts, so the process is the gateway itself.
const cpuOf = ({ pid }: ChildProcess): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user + system) * 1000) / ticksPerSecond;
};
