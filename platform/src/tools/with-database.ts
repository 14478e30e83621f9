import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapCluster, startEmbeddedPostgres } from '@plexica/foundation/database';
import { fallbackFolder } from '../launch/data-folder.ts';

export interface ToolDatabase extends AsyncDisposable {
  readonly url: string;
  readonly ownerUrl: string;
}

const installation = process.env.PLEXICA_INSTALLATION ?? 'plexica';
const usual = new URL('../../../.plexica', import.meta.url).pathname;
// Where `start` went when PostgreSQL's user could not enter the usual folder.
const fallback = fallbackFolder(usual);
const folder = process.env.PLEXICA_DATA ?? (existsSync(join(fallback, 'cluster')) ? fallback : usual);

/** The database that DATABASE_URL and DATABASE_OWNER_URL name; else that of the data folder, whether Plexica runs on it or not. */
export const openToolDatabase = async (): Promise<ToolDatabase> => {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl } = process.env;
  if (url && ownerUrl) return { url, ownerUrl, [Symbol.asyncDispose]: async () => {} };
  const running = await runningServer();
  if (running) {
    const superuser = new URL(running);
    superuser.pathname = `/${installation}`;
    return { url: superuser.href, ownerUrl: superuser.href, [Symbol.asyncDispose]: async () => {} };
  }
  const server = await startEmbeddedPostgres({ folder });
  return { ...(await bootstrapCluster(server.url, { installation })), [Symbol.asyncDispose]: () => server.stop() };
};

/** A running server says its process and port in its pid file. */
const runningServer = async (): Promise<string | undefined> => {
  const [pid, , , port] = (await readFile(join(folder, 'cluster/postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (!port || !isAlive(Number(pid))) return undefined;
  const password = (await readFile(join(folder, 'postgres.password'), 'utf8')).trim();
  return `postgres://postgres:${password}@127.0.0.1:${port.trim()}/postgres`;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
