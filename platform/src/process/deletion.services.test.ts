import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { realServices } from '../end-to-end/real-services.ts';
import { type DistributedPlatform, startDistributedPlatform } from '../testing/distributed-platform.ts';
import { notes } from '../testing/notes-plugin.ts';
import { until } from '../testing/platform-to-hurt.ts';
import { servePluginFor } from '../testing/serve-plugin-for.ts';
import { withPlugins } from '../testing/tenant-client.ts';
import { messagesOfTenant, thingsOfTenant } from '../testing/things-of-tenant.ts';

const password = 'plexica-demo';
const patience = { timeout: 60_000, interval: 100 };
const soon = { timeout: 5_000, interval: 50 };
const mine = '{ me { email } tenant { notes } }';
// Realms and buckets share their servers with those of other suites, which have the realm of the platform in common.
const own = Math.random().toString(36).slice(2, 8);
const rootEmail = `root-${own}@plexica.test`;
const variables = realServices(`deletion-${own}`);
const whole = { realm: true, schemas: 2, roles: 1, pluginLogins: 1, bucket: true, eventKeys: [expect.any(String)] };

interface Made {
  readonly id: string;
  readonly slug: string;
}

const stack = new AsyncDisposableStack();
let platform: DistributedPlatform;
let root: Client;
let acme: Made;
let globex: Made;

const adminOf = async ({ slug }: Made, gateway = 0) =>
  withPlugins(await signIn(platform.gateways[gateway] ?? '', slug, `admin@${slug}.test`, password));
const things = (tenant: Made) => thingsOfTenant(platform.installation, variables.STORAGE_URL ?? '', tenant);
const operation = async (id: string) =>
  (
    await root.query<{ operation: { status: string; steps: { name: string; status: string }[] } }>(
      `{ operation(id: "${id}") { status steps { name status } } }`,
    )
  ).data?.operation;

/** Open, its admin has a password, and a plugin has a schema and a login in it. */
const make = async (slug: string): Promise<Made> => {
  const [gateway = ''] = platform.gateways;
  const made = await mutate<{ tenant: Made; operation: { id: string }; invitationUrl: string }>(
    root,
    'createTenant',
    { slug, name: slug, adminEmail: `admin@${slug}.test` },
    'tenant { id slug } operation { id } invitationUrl',
  );
  await until(
    () => operation(made.operation.id),
    (found) => found?.status === 'SUCCEEDED',
    60_000,
  );
  const token = new URL(made.invitationUrl).searchParams.get('token');
  await mutate(createClient({ url: gateway, tenantSlug: slug }), 'acceptInvitation', { token, password }, 'session { expiresIn }');
  await (await adminOf(made.tenant)).activate('notes');
  return made.tenant;
};

const deleteTenant = async ({ id, slug }: Made, mode: 'SOFT' | 'HARD') => {
  const { data } = await root.query<{ tenantById: { version: number } }>(`{ tenantById(id: "${id}") { version } }`);
  const input = { id, confirmSlug: slug, mode, version: data?.tenantById.version };
  return mutate<{ operation: { id: string } | null }>(root, 'deleteTenant', input, 'operation { id }');
};

beforeAll(async () => {
  platform = stack.use(await startDistributedPlatform({ variables }));
  const [gateway = ''] = platform.gateways;
  await platform.run('create-admin', ['--email', rootEmail]);
  root = await signIn(gateway, 'plexica', rootEmail, password);
  stack.defer(await servePluginFor(root, gateway, notes));
  acme = await make(`acme${own}`);
  globex = await make(`globex${own}`);
});
afterAll(() => stack.disposeAsync());

describe('a tenant on Keycloak, Kafka, Redis and MinIO', () => {
  it('that is deleted softly is refused at both gateways, keeps all it has, and comes back by being restored', async () => {
    const admins = await Promise.all([adminOf(acme, 0), adminOf(acme, 1)]);
    for (const admin of admins) expect((await admin.query(mine)).errors).toBeUndefined();
    const before = await things(acme);

    expect(await deleteTenant(acme, 'SOFT')).toMatchObject({ operation: null });

    for (const admin of admins) await expect.poll(() => admin.query(mine), soon).toFailWith('TENANT_NOT_FOUND');
    await expect(adminOf(acme)).rejects.toThrow('CREDENTIALS_INVALID');
    expect(before).toEqual(whole);
    expect(await things(acme)).toEqual(before);

    await mutate(root, 'restoreTenant', { id: acme.id }, 'tenant { status }');

    for (const admin of admins) await expect.poll(async () => (await admin.query(mine)).errors, soon).toBeUndefined();
    await adminOf(acme);
  });

  it('that is erased, its worker killed on the way, leaves nothing, and its events nothing that could be read; the other stays whole', async () => {
    const admin = await adminOf(acme);
    const { id } = (await deleteTenant(acme, 'HARD')).operation ?? { id: '' };
    await expect.poll(() => operation(id), { ...patience, interval: 5 }).toMatchObject({ status: 'RUNNING' });

    platform.signal('worker', 'SIGKILL');
    expect(await operation(id)).toMatchObject({ status: 'RUNNING' });
    await platform.start('worker');

    await expect.poll(() => operation(id), patience).toMatchObject({ status: 'SUCCEEDED' });
    const left = await things(acme);
    expect(left).toEqual({ realm: false, schemas: 0, roles: 0, pluginLogins: 0, bucket: false, eventKeys: expect.any(Array) });
    const messages = await messagesOfTenant(platform.installation, acme);
    const sealedWith = (type: string) =>
      new Set(
        messages.filter(({ headers }) => String(headers?.ce_type) === `plexica.${type}`).map(({ headers }) => String(headers?.ce_datakey)),
      );
    for (const type of ['tenant.created', 'user.signed-in']) {
      expect([...sealedWith(type)]).toHaveLength(1);
      expect(left.eventKeys).not.toContain([...sealedWith(type)][0]);
    }
    expect(await admin.query('{ me { email } }')).toFailWith('UNAUTHENTICATED');
    expect(await things(globex)).toEqual(whole);
    expect((await (await adminOf(globex)).query(mine)).errors).toBeUndefined();
  });
});
