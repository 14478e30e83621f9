import { readdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { bootstrapCluster, createDatabase, schemaDifference, startEmbeddedPostgres } from '@plexica/foundation/database';
import { issuerPersistence } from '@plexica/foundation/identity-provider';
import { identityPersistence } from '@plexica/identity';
import { pluginsPersistence } from '@plexica/plugins';
import { tenancyPersistence } from '@plexica/tenancy';

// `pnpm db:generate <subgraph> <what-it-does>`: the next migration of a subgraph, holding what its entities have and its migrations lack.
const modules = { tenancy: tenancyPersistence, identity: identityPersistence, plugins: pluginsPersistence };
const [subgraph = '', title = ''] = process.argv.slice(2);
if (!isModule(subgraph) || !/^[a-z][a-z0-9-]+$/.test(title)) {
  console.error('Usage: pnpm db:generate <tenancy|identity|plugins> <what-it-does>, for example: pnpm db:generate identity add-phone');
  process.exit(1);
}
const { shared, tenant } = await differenceOf(modules[subgraph]);
const folder = new URL(`../../../subgraphs/${subgraph}/src/migrations/`, import.meta.url);
const newest = Math.max(0, ...readdirSync(folder).map((name) => Number(name.slice(0, 4)) || 0));
const number = String(newest + 1).padStart(4, '0');
const file = `${number}-${title}.ts`;
writeFileSync(new URL(file, folder), sourceOf([shared, tenant].filter(Boolean).join('\n')));
console.log(`subgraphs/${subgraph}/src/migrations/${file}: ${whereTo()}`);

function isModule(name: string): name is keyof typeof modules {
  return Object.hasOwn(modules, name);
}

/** On a scratch server, migrated as far as the code goes. */
async function differenceOf(module: (typeof modules)[keyof typeof modules]) {
  const scratch = await mkdtemp('/var/tmp/plexica-scratch-');
  // Started as root, PostgreSQL runs as another user.
  await chmod(scratch, 0o755);
  const server = await startEmbeddedPostgres({ folder: scratch });
  try {
    const installation = 'scratch';
    const logins = await bootstrapCluster(server.url, { installation });
    const database = await createDatabase({ ...logins, installation, modules: [issuerPersistence, ...Object.values(modules)] });
    await database.createTenantSchema({ id: '00000000-0000-7000-8000-000000000001', slug: 'scratch' });
    const difference = await schemaDifference(logins.ownerUrl, module, 'tenant_scratch');
    await database.stop();
    return difference;
  } finally {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

function sourceOf(sql: string): string {
  return `import type { SqlMigration } from '@plexica/foundation/database';

export const ${subgraph}${number}: SqlMigration = {
  name: '${number}-${title}',
  sql: \`
${sql.replace(/^/gm, '    ')}
  \`,
};
`;
}

function whereTo(): string {
  if (shared && tenant)
    return 'holds changes of the shared schema first, then of the tenants’; split it in two, for both lists in persistence.ts.';
  if (shared) return 'add it to sharedMigrations in persistence.ts.';
  if (tenant) return 'add it to tenantMigrations in persistence.ts.';
  return 'the entities ask for nothing new; write its SQL, then add it to persistence.ts.';
}
