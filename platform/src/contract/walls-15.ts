import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { startEmbeddedPostgres } from '@plexica/foundation/database';

// Roles behave differently on PostgreSQL 15 (no ADMIN-only grants, another default of INHERIT): the walls once more on Debian's package.
const programs = '/usr/lib/postgresql/15/bin';
if (!existsSync(`${programs}/postgres`)) {
  console.error(`PostgreSQL 15 is not installed. Get it with: apt-get install postgresql-15`);
  process.exit(1);
}
const folder = await mkdtemp('/var/tmp/plexica-walls-15-');
await chmod(folder, 0o755);
const server = await startEmbeddedPostgres({
  folder,
  binaries: { initdb: `${programs}/initdb`, postgres: `${programs}/postgres` },
  settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '400' },
});
const tests = spawn('vitest', ['run', 'walls', 'create-foundation'], {
  cwd: new URL('../../..', import.meta.url),
  env: { ...process.env, TEST_DATABASE_URL: server.url },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const [code] = await once(tests, 'exit');
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(code ?? 1);
