import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

const processes = async (): Promise<Entry[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], { maxBuffer: 16 << 20 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && state && command ? [{ pid: Number(pid), parent: Number(parent), state, command }] : [];
  });
};

/** Whether that process lives and its command line names the folder: a number alone may belong to somebody else by now. */
export const isOurs = async (pid: number | undefined, folder: string): Promise<boolean> => {
  if (pid === undefined) return false;
  const found = (await processes()).find((entry) => entry.pid === pid);
  return found !== undefined && !found.state.startsWith('Z') && found.command.includes(folder);
};

/** To the process and all below it: a shell that waits for its Java, and PostgreSQL's backends, are stopped and killed as one. */
export const signalTree = async (pid: number, signal: NodeJS.Signals): Promise<void> => {
  const all = await processes();
  const tree = [pid];
  for (const parent of tree) tree.push(...all.filter((entry) => entry.parent === parent).map((entry) => entry.pid));
  for (const member of tree) send(member, signal);
};

export const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

/** Whether it ended within that time. */
export const hasEnded = async (pid: number, folder: string, withinMs: number): Promise<boolean> => {
  for (const until = Date.now() + withinMs; Date.now() < until; await pause(100)) if (!(await isOurs(pid, folder))) return true;
  return false;
};
