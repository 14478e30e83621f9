import { createInterface } from 'node:readline';
import { type Boundary, systemCall } from '@plexica/foundation';
import { createTenantService, registerTenancyOperations } from '#tenancy';
import { startFoundation, storedOnboarding } from './foundation.ts';

/** What this process says on its standard output, one JSON object a line. */
export type ErasingMessage =
  | { readonly kind: 'made' | 'erasing'; readonly slug: string; readonly tenantId: string; readonly operationId: string }
  | { readonly kind: 'boundary'; readonly step: string; readonly at: Boundary['at'] };

// Makes the tenants that are named, one after the other, then erases the first. Around each step of an erasure it says
// where it is and waits for a line from outside; `on` among the arguments lets it pass.
const [mode = '', ...slugs] = process.argv.slice(2);
const say = (message: ErasingMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const variables = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
let erasing = false;

const foundation = await startFoundation(variables, {
  onBoundary: async ({ step, at }) => {
    if (!erasing || mode === 'on') return;
    say({ kind: 'boundary', step, at });
    await lines.next();
  },
});
registerTenancyOperations({ ...foundation, onboarding: storedOnboarding(foundation) });
await foundation.operations.work();

const tenants = createTenantService(foundation, systemCall());
const made: { id: string; slug: string }[] = [];
for (const slug of slugs) {
  const { tenant, operation } = await tenants.create({ slug, name: `The name of ${slug}`, adminEmail: `admin@${slug}.test` });
  await foundation.operations.settled(operation.id);
  made.push({ id: tenant.id, slug });
  say({ kind: 'made', slug, tenantId: tenant.id, operationId: operation.id });
}
const [first] = made;
if (first) {
  erasing = true;
  const { operation } = await tenants.delete({ id: first.id, confirmSlug: first.slug, mode: 'HARD', version: 2 });
  say({ kind: 'erasing', slug: first.slug, tenantId: first.id, operationId: operation?.id ?? '' });
}
