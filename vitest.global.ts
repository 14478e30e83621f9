import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { startEmbeddedPostgres } from './subgraphs/foundation/src/database/embedded/index.ts';

/** One PostgreSQL for the whole run: the embedded one, unless TEST_DATABASE_URL names another. Nothing on it is worth keeping, so it need not wait for the disk. */
export default async () => {
  if (process.env.TEST_DATABASE_URL) return;
  const folder = await mkdtemp('/var/tmp/plexica-tests-');
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '400' } });
  process.env.TEST_DATABASE_URL = server.url;
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
};
