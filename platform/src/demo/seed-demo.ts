import type { Client } from '../client/client.ts';
import { createClient, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { demoPassword, demoTenants, platformAdmin } from './demo-tenants.ts';

/** What the demo cannot do over the API, because nobody is there yet who may. */
export interface DemoAccounts {
  /** The first platform admin, and the three accounts of a tenant. Idempotent. */
  createPlatformAdmin(account: { email: string; displayName: string; password: string }): Promise<void>;
  createTenantUser(slug: string, account: { email: string; displayName: string; password: string; role: string }): Promise<void>;
}

/** Brings the demo tenants up over the API as an integrator would. Every part looks first, so a killed seed goes on where it was. */
export const seedDemo = async (url: string, accounts: DemoAccounts): Promise<Client> => {
  await accounts.createPlatformAdmin({ email: platformAdmin, displayName: 'Rosa Root', password: demoPassword });
  const root = await signIn(url, 'plexica', platformAdmin, demoPassword);
  await Promise.all(demoTenants.map((tenant) => seedTenant(root, accounts, tenant)));
  return root;
};

type DemoTenant = (typeof demoTenants)[number];

const seedTenant = async (root: Client, accounts: DemoAccounts, tenant: DemoTenant): Promise<void> => {
  const known = await statusOf(root, tenant.slug);
  if (known === 'SUSPENDED') return;
  if (!known || known === 'FAILED') {
    await mutate(
      root,
      'createTenant',
      { slug: tenant.slug, name: tenant.name, adminEmail: `admin@${tenant.slug}.test`, adminDisplayName: 'Ada Admin' },
      'tenant { id }',
    );
  }
  await untilActive(root, tenant.slug);
  for (const [role, displayName] of [
    ['admin', 'Ada Admin'],
    ['user', 'Uma User'],
    ['guest', 'Gus Guest'],
  ] as const) {
    await accounts.createTenantUser(tenant.slug, { email: `${role}@${tenant.slug}.test`, displayName, password: demoPassword, role });
  }
  if ('suspended' in tenant) await suspend(root, tenant.slug, tenant.suspended);
};

const statusOf = async (root: Client, slug: string): Promise<string | undefined> => {
  const answer = await root.query<{ tenantBySlug: { status: string } | null }>(
    'query Status($slug: String!) { tenantBySlug(slug: $slug) { status } }',
    { slug },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.tenantBySlug?.status;
};

const untilActive = async (root: Client, slug: string): Promise<void> => {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if ((await statusOf(root, slug)) === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The demo tenant ${slug} did not become active.`);
};

const suspend = async (root: Client, slug: string, reason: string): Promise<void> => {
  const answer = await root.query<{ tenantBySlug: { id: string } }>('query Id($slug: String!) { tenantBySlug(slug: $slug) { id } }', {
    slug,
  });
  await mutate(root, 'suspendTenant', { id: answer.data?.tenantBySlug.id, reason }, 'tenant { id }');
};

export const adminOf = (url: string, slug: string): Promise<Client> => signIn(url, slug, `admin@${slug}.test`, demoPassword);

export const anonymous = (url: string): Client => createClient({ url });
