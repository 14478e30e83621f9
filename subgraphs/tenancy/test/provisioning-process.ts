import { createInterface } from 'node:readline';
import { type Boundary, systemCall } from '@plexica/foundation';
import { createTenantService, registerTenancyOperations } from '#tenancy';
import { startFoundation, storedOnboarding } from './foundation.ts';

/** What this process says on its standard output, one JSON object a line. */
export type ProcessMessage =
  | { readonly kind: 'working' }
  | { readonly kind: 'accepted'; readonly tenantId: string; readonly operationId: string }
  | { readonly kind: 'boundary'; readonly step: string; readonly at: Boundary['at'] | 'made' };

// A process as it would run for real, but for this: around each step it says where it is and waits for a line from outside.
// Operations of earlier processes pass without waiting.
const [slug = '', ...earlier] = process.argv.slice(2);
const say = (message: ProcessMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const variables = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
const stop = async (step: string, at: Boundary['at'] | 'made') => {
  say({ kind: 'boundary', step, at });
  await lines.next();
};

const foundation = await startFoundation(variables, {
  onBoundary: async ({ operationId, step, at }) => {
    if (!earlier.includes(operationId)) await stop(step, at);
  },
});
const { identity, storage } = foundation;
registerTenancyOperations({
  ...foundation,
  onboarding: storedOnboarding(foundation),
  identity: {
    ...identity,
    async createRealm(realm, name) {
      await identity.createRealm(realm, name);
      if (realm === slug) await stop('realm', 'made');
    },
  },
  storage: {
    ...storage,
    async createBucket(bucket) {
      await storage.createBucket(bucket);
      if (bucket.endsWith(`-${slug}`)) await stop('bucket', 'made');
    },
  },
});
await foundation.operations.work();
say({ kind: 'working' });

if (slug) {
  const tenants = createTenantService(foundation, systemCall());
  const { tenant, operation } = await tenants.create({ slug, name: slug, adminEmail: `admin@${slug}.test` });
  say({ kind: 'accepted', tenantId: tenant.id, operationId: operation.id });
}
