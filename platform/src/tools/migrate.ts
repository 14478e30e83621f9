import { createDatabase } from '@plexica/foundation/database';
import { issuerPersistence } from '@plexica/foundation/identity-provider';
import { identityPersistence } from '@plexica/identity';
import { pluginsPersistence } from '@plexica/plugins';
import { tenancyPersistence } from '@plexica/tenancy';
import { openToolDatabase } from './with-database.ts';

// The shared schema, then every tenant's, suspended ones too; a report per tenant.
await using opened = await openToolDatabase();
const database = await createDatabase({
  url: opened.url,
  ownerUrl: opened.ownerUrl,
  installation: process.env.PLEXICA_INSTALLATION ?? 'plexica',
  modules: [issuerPersistence, tenancyPersistence, identityPersistence, pluginsPersistence],
});
const started = performance.now();
const reports = await database.migrate();
const seconds = ((performance.now() - started) / 1000).toFixed(1);
for (const { tenant, applied, error } of reports)
  console.log(`${tenant}: ${error ?? (applied.length ? applied.join(', ') : 'up to date')}`);
const failed = reports.filter(({ error }) => error).length;
console.log(`${reports.length} schemas in ${seconds} s, ${failed} failed`);
await database.stop();
if (failed) process.exitCode = 1;
