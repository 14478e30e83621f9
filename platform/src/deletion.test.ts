import { describe, expect, it } from 'vitest';
import { createClient } from './client/client.ts';
import { mutate } from './client/mutate.ts';
import { demoPassword } from './demo/demo-tenants.ts';
import { notes } from './testing/notes-plugin.ts';
import { startTestPlatform, type TestPlatform } from './testing/test-platform.ts';

const me = '{ me { email } }';
const ofNotes = '{ tenant { notes } }';

const deleteTenant = async ({ root }: TestPlatform, { id, slug }: { id: string; slug: string }, mode: 'SOFT' | 'HARD') => {
  const { data } = await root.query<{ tenantById: { version: number } }>('query ($id: ID!) { tenantById(id: $id) { version } }', { id });
  const input = { id, confirmSlug: slug, mode, version: data?.tenantById.version };
  return mutate<{ operation: { id: string } | null }>(root, 'deleteTenant', input, 'operation { id }');
};
const atConsole = async ({ anonymous }: TestPlatform, slug: string) =>
  (await anonymous.query<{ tenantSignIn: unknown }>('query ($slug: String!) { tenantSignIn(slug: $slug) { issuer } }', { slug })).data
    ?.tenantSignIn;

describe('a deleted tenant', () => {
  it('is refused like one that never was until it is restored; the other goes on', async () => {
    await using platform = await startTestPlatform();
    const { acme, globex } = platform.tenants;
    const stream = acme.admin.subscribe('subscription { supergraphChanged { hash } }');
    await acme.admin.query(me);

    expect(await deleteTenant(platform, acme, 'SOFT')).toMatchObject({ operation: null });

    await expect.poll(() => acme.user.query(me), { timeout: 5_000 }).toFailWith('TENANT_NOT_FOUND');
    expect(await platform.anonymous.query('{ tenantSignIn(slug: "acme") { issuer } }')).toAnswer({ tenantSignIn: null });
    await expect(platform.signIn('acme', 'user@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');
    await expect(async () => {
      for await (const { errors } of stream) if (errors) throw new Error(String(errors[0]?.extensions?.code));
    }).rejects.toThrow('TENANT_NOT_FOUND');
    expect(await globex.user.query(me)).toAnswer({ me: { email: 'user@globex.test' } });
    expect(await globex.admin.query('mutation { restoreTenant(input: { id: "x" }) { tenant { id } } }')).toFailWith(
      'GRAPHQL_VALIDATION_FAILED',
    );

    await mutate(platform.root, 'restoreTenant', { id: acme.id }, 'tenant { status }');
    await expect.poll(() => acme.user.query(me), { timeout: 5_000 }).toAnswer({ me: { email: 'user@acme.test' } });
    await platform.signIn('acme', 'user@acme.test');
  });

  it('for good is gone with its plugins’ data; the next of that slug begins with nothing, and tokens of the old one are worth nothing', async () => {
    await using platform = await startTestPlatform({ plugins: [notes] });
    const { acme, globex } = platform.tenants;
    const { foundation, onboarding } = platform.platform.core;
    for (const { admin } of [acme, globex]) await admin.activate('notes');
    await expect.poll(() => acme.user.query(ofNotes), { timeout: 10_000 }).toAnswer({ tenant: { notes: 0 } });
    await platform.signIn('acme', 'user@acme.test');
    await expect.poll(() => acme.user.query(ofNotes), { timeout: 10_000 }).toAnswer({ tenant: { notes: 1 } });

    const { operation } = await deleteTenant(platform, acme, 'HARD');
    expect(await foundation.operations.settled(operation?.id ?? '')).toMatchObject({ status: 'SUCCEEDED' });

    // Its issuer is unknown by now.
    await expect.poll(() => acme.user.query(me), { timeout: 5_000 }).toFailWith('UNAUTHENTICATED');
    const named = createClient({ url: platform.url, tenantSlug: 'acme', token: globex.user.token() ?? '' });
    expect(await named.query(me)).toFailWith('TENANT_NOT_FOUND');
    expect(await atConsole(platform, 'acme')).toBeNull();
    const left = await foundation.database.platform((em) =>
      em.execute(
        `select tenant_id from plexica.tenant_plugin_set where tenant_id = ? union all select tenant_id from plexica.hook_delivery where tenant_id = ?
         union all select tenant_id from plexica.plugin_schema where tenant_id = ?`,
        [acme.id, acme.id, acme.id],
      ),
    );
    expect(left).toEqual([]);
    await platform.signIn('globex', 'user@globex.test');
    await expect.poll(() => globex.user.query(ofNotes), { timeout: 10_000 }).toAnswer({ tenant: { notes: 1 } });

    const input = { slug: 'acme', name: 'Another Acme', adminEmail: 'first@acme.test' };
    const next = await mutate<{ tenant: { id: string }; operation: { id: string } }>(
      platform.root,
      'createTenant',
      input,
      'tenant { id } operation { id }',
    );
    expect((await foundation.operations.settled(next.operation.id)).status).toBe('SUCCEEDED');
    const person = { email: 'user@acme.test', displayName: 'Somebody', password: demoPassword, roles: ['user'] };
    await onboarding.createUserWithPassword({ id: next.tenant.id, slug: 'acme' }, person);
    const somebody = await platform.signIn('acme', 'user@acme.test');
    expect(await somebody.query('{ me { displayName } tenant { name } }')).toAnswer({
      me: { displayName: 'Somebody' },
      tenant: { name: 'Another Acme' },
    });
    expect(await somebody.query(ofNotes)).toFailWith('GRAPHQL_VALIDATION_FAILED');
    expect(await acme.user.query(me)).toFailWith('UNAUTHENTICATED');
    expect(await acme.admin.query('{ users { totalCount } }')).toFailWith('UNAUTHENTICATED');
  });
});
