import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { LaunchProblem } from '../launch/launch-problem.ts';
import { hasEnded, isOurs, send, signalTree } from './process-tree.ts';
import { freshSecrets, placeOf, readRecord, type ServiceRecord, writeRecord } from './record.ts';
import type { Cache, Place, Service, ServiceName } from './service.ts';
import { choosePorts, type PortChoice } from './service-ports.ts';

export interface RunOptions {
  /** Data, logs and records of all services. */
  readonly folder: string;
  readonly ports: PortChoice;
  readonly cache: Cache;
  /** URLs of the services that this one needs. */
  readonly urlOf: (name: ServiceName) => string;
  readonly say: (line: string) => void;
}

const healthEveryMs = 250;

/** Starts the service unless it runs already, and answers once it is healthy. */
export const runService = async (service: Service, options: RunOptions): Promise<Place> => {
  const { folder: root, ports, cache, urlOf, say } = options;
  const { folder, log } = placeOf(root, service.name);
  const before = await readRecord(root, service.name);
  const program = await service.obtain(cache);
  if (before && (await isOurs(before.pid, folder))) {
    const place = { folder, program, urlOf, ports: before.ports, secrets: before.secrets };
    await untilHealthy(service, place, () => isOurs(before.pid, folder), { log, from: 0 });
    say(`${service.name} runs already (process ${before.pid})`);
    return place;
  }
  const started = performance.now();
  const record: ServiceRecord = {
    ports: await choosePorts(service, ports, before?.ports),
    secrets: freshSecrets(service.secrets ?? [], before?.secrets),
  };
  await writeRecord(root, service.name, record);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const place = { folder, program, urlOf, ports: record.ports, secrets: record.secrets };
  const { child, from } = await spawnInto(log, service, place);
  await writeRecord(root, service.name, { ...record, pid: child.pid });
  await untilHealthy(service, place, async () => child.exitCode === null && child.signalCode === null, { log, from });
  say(`${service.name} ${service.version} is up, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return place;
};

/** Detached: the service outlives the command that starts it, and a Ctrl-C at the terminal. */
const spawnInto = async (log: string, service: Service, place: Place): Promise<{ child: ChildProcess; from: number }> => {
  const { command, arguments: args, environment, user } = await service.prepare(place);
  const file = await open(log, 'a', 0o600);
  try {
    const from = (await file.stat()).size;
    const child = spawn(command, [...args], {
      ...user,
      cwd: '/',
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', file.fd, file.fd],
    });
    child.once('error', () => {});
    child.unref();
    return { child, from };
  } finally {
    await file.close();
  }
};

const untilHealthy = async (
  service: Service,
  place: Place,
  isAlive: () => Promise<boolean>,
  { log, from }: { readonly log: string; readonly from: number },
): Promise<void> => {
  for (const until = Date.now() + service.startWithinMs; Date.now() < until; await pause(healthEveryMs)) {
    if (await service.isHealthy(place).catch(() => false)) return;
    if (!(await isAlive()))
      throw new LaunchProblem(`${service.name} ended while starting:\n${await tail(log, from)}`, `Its whole log: ${log}`);
  }
  throw new LaunchProblem(
    `${service.name} did not become healthy within ${service.startWithinMs / 1000} s:\n${await tail(log, from)}`,
    `Its whole log: ${log}`,
  );
};

const tail = async (log: string, from: number): Promise<string> => {
  const text = (await readFile(log)).subarray(from).toString('utf8').trimEnd();
  return text ? text.split('\n').slice(-20).join('\n') : '(it said nothing)';
};

const graceMs = 20_000;

/** Ends the service by its recorded process, if that is still ours. Answers whether it ran. */
export const endService = async (service: Service, root: string): Promise<boolean> => {
  const { folder } = placeOf(root, service.name);
  const record = await readRecord(root, service.name);
  if (record?.pid === undefined || !(await isOurs(record.pid, folder))) return false;
  await signalTree(record.pid, 'SIGCONT');
  send(record.pid, service.stopSignal ?? 'SIGTERM');
  if (!(await hasEnded(record.pid, folder, graceMs))) {
    await signalTree(record.pid, 'SIGKILL');
    await hasEnded(record.pid, folder, graceMs);
  }
  await writeRecord(root, service.name, { ports: record.ports, secrets: record.secrets });
  return true;
};
