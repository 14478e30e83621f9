import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** PostgreSQL refuses to run as root, so as root it runs as this user. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user `postgres`, made where it is missing; undefined when this process is not root. */
export const postgresUser = (): SystemUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp() ?? create();
};

const lookUp = (): SystemUser | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
};

const create = (): SystemUser => {
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const user = lookUp();
  if (!user) throw new Error('The system user postgres could not be made.');
  return user;
};

/** The first folder on the way to `path` that the user may not pass; undefined when the way is free. */
export const barrierFor = async (user: SystemUser, path: string): Promise<string | undefined> => {
  const folders: string[] = [];
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of folders) {
    const entry = await stat(folder).catch(() => undefined);
    if (!entry) return undefined;
    const bit = entry.uid === user.uid ? 0o100 : entry.gid === user.gid ? 0o010 : 0o001;
    if (!(entry.mode & bit)) return folder;
  }
  return undefined;
};

export const reachableBy = async (user: SystemUser, path: string): Promise<boolean> => (await barrierFor(user, path)) === undefined;
