import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stops the PostgreSQL that a killed run left behind on this cluster. Its recovery keeps all that was committed. */
export const stopLeftover = async (cluster: string): Promise<void> => {
  const pid = await postmasterOf(cluster);
  if (!pid) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!send(pid, signal)) return;
    for (let waited = 0; waited < 5_000; waited += 50) {
      await sleep(50);
      if (!send(pid, 0)) return;
    }
  }
};

// postmaster.pid may name a process that has long been somebody else: its own command line must name this cluster.
const postmasterOf = async (cluster: string): Promise<number | undefined> => {
  const lines = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(lines.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command === undefined) return process.platform === 'linux' ? undefined : pid;
  return command.split('\0').includes(cluster) ? pid : undefined;
};

const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};
