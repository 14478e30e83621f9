import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { freePort, readEnvironment } from '@plexica/foundation';
import { startEmbeddedPostgres } from '@plexica/foundation/database';
import { embeddedEnvironment } from '../src/assembly/embedded-environment.ts';
import { startServices } from '../src/services/index.ts';
import { measureTenants, type Times } from './measured-tenants.ts';

// `pnpm bench provisioning [tenants] [events]`: how long a tenant takes to be made, and an event to reach a plugin's hook,
// first on the embedded defaults, then on the real services. Both platforms and all they made are gone afterwards.
const tenants = Number(process.argv[2] ?? 20);
const events = Number(process.argv[3] ?? 200);

const onEmbedded = async (folder: string): Promise<Times> => {
  await using stack = new AsyncDisposableStack();
  const postgres = await startEmbeddedPostgres({ folder });
  stack.defer(() => postgres.stop());
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const environment = await embeddedEnvironment({ folder, url, demo: true, superuserUrl: postgres.url, logLevel: 'error' });
  return await measureTenants(environment, { tenants, events, port });
};

const onServices = async (folder: string): Promise<Times> => {
  await using services = await startServices(['postgres', 'redis', 'kafka', 'keycloak', 'minio'], {
    folder,
    ports: 'free',
    say: (line) => console.error(`  ${line}`),
  });
  const port = await freePort();
  const environment = readEnvironment({
    ...(await services.environment()),
    PLEXICA_URL: `http://localhost:${port}`,
    PLEXICA_DEMO: 'true',
    PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
    PLEXICA_PLUGIN_HOSTS: '127.0.0.1',
    MAIL_URL: `file://${join(folder, 'mail')}`,
    LOG_LEVEL: 'error',
  });
  return await measureTenants(environment, { tenants, events, port });
};

const at = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
const row = (name: string, { tenant, change, hook }: Times): string => {
  const cells = [tenant, change, hook].flatMap((times) => [0.5, 0.95].map((share) => `${at(times, share).toFixed(0)} ms`));
  return `| ${[name, ...cells].join(' | ')} |`;
};

const started = performance.now();
const folder = await mkdtemp('/var/tmp/plexica-bench-provisioning-');
await chmod(folder, 0o755);
try {
  const rows = [
    row('embedded', await onEmbedded(join(folder, 'embedded'))),
    row('Keycloak, Kafka, Redis, MinIO', await onServices(join(folder, 'services'))),
  ];
  const tookS = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; ${tenants} tenants and ${events} events, one after another; ${tookS} s in all.

| | a tenant, p50 | p95 | a change answered, p50 | p95 | its hook reached, p50 | p95 |
|---|---|---|---|---|---|---|
${rows.join('\n')}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
