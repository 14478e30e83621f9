import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stopLeftover } from '@plexica/foundation/embedded';
import { LaunchProblem } from './launch-problem.ts';

/** Everything a run keeps: the PostgreSQL cluster, files, mails, the platform key. One run at a time. */
export interface DataFolder {
  readonly path: string;
  release(): Promise<void>;
}

/** Makes the folder if it is missing, and takes it for this process. */
export const takeDataFolder = async (path: string, options: { readonly reset: boolean }): Promise<DataFolder> => {
  const folder = resolve(path);
  await makeWritable(folder);
  const lock = join(folder, 'plexica.pid');
  const owner = await livingOwner(lock);
  if (owner)
    throw new LaunchProblem(
      `Plexica already runs on ${folder} (process ${owner}).`,
      'Stop it first, or start this one with --data <another folder>.',
    );
  if (options.reset) await empty(folder);
  await writeFile(lock, String(process.pid));
  return { path: folder, release: () => rm(lock, { force: true }) };
};

const contents = [
  'cluster',
  'postgres.password',
  'storage',
  'mail',
  'platform.key',
  'first-admin.json',
  'plugins',
  'plexica.log',
  'plexica.pid',
];

/** Only what a run makes: the folder may be somebody's own. */
const empty = async (folder: string): Promise<void> => {
  await stopLeftover(join(folder, 'cluster'));
  await Promise.all(contents.map((entry) => rm(join(folder, entry), { recursive: true, force: true })));
};

const makeWritable = async (folder: string): Promise<void> => {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
    const probe = join(folder, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new LaunchProblem(
      `The data folder ${folder} can't be written (${(error as NodeJS.ErrnoException).code}).`,
      'Make it writable, or start with --data <another folder>.',
    );
  }
};

// Node's own recursion never ends where the system says ENOENT for good, as it does below /proc.
const makeFolder = async (folder: string): Promise<void> => {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o755 });
};

const livingOwner = async (lock: string): Promise<number | undefined> => {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (!pid || pid === process.pid) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined) return /launch\.mjs|start\.ts/.test(command) ? pid : undefined;
  return process.platform !== 'linux' && isAlive(pid) ? pid : undefined;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Where data goes when nobody says: beside the code, or, as root in a folder that PostgreSQL's user can't enter, under /var/tmp. */
export const fallbackFolder = (wanted: string): string =>
  join('/var/tmp', `plexica-${createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12)}`);
