import type { EventBus } from '@plexica/foundation';
import type { PlexicaEvent } from '@plexica/schema';
import { describe, expect, it } from 'vitest';
import { anIdentity, password } from '../../test/an-identity.ts';
import { startAccountSync } from './account-sync.ts';

type World = Awaited<ReturnType<typeof anIdentity>>;

const handlersOf = async (world: World) => {
  const handlers: ((event: PlexicaEvent) => Promise<void>)[] = [];
  const events = {
    consume: async (_group, handler) => ({ stop: async () => void handlers.push(handler) }),
    erase: async () => {},
    stop: async () => {},
  } satisfies EventBus;
  await (await startAccountSync({ ...world.deps, events }))();
  return handlers;
};

/** Everything recorded so far arrives again, as after a restart. */
const deliverAgain = async (world: World) => {
  const handlers = await handlersOf(world);
  for (const tenant of [world.acme, world.globex]) {
    for (const name of ['user.created', 'user.updated', 'user.disabled', 'user.deleted']) {
      for (const data of await world.eventsOf(tenant, name)) {
        for (const handle of handlers)
          await handle({ type: `plexica.${name}`, tenant: tenant.slug, tenantid: tenant.id, data } as PlexicaEvent);
      }
    }
  }
};

const createMutation = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { user { id } userErrors { code } } }';

describe('an identity provider that is away, or a kill, right after a commit', () => {
  const anIdentityThatLosesTouch = async () => {
    const line = { cut: false };
    const world = await anIdentity({
      provider: (real) => ({
        ...real,
        async putAccount(realm, account) {
          if (line.cut && account.enabled) throw new Error('away');
          await real.putAccount(realm, account);
        },
        async deleteAccount(realm, subject) {
          if (line.cut) throw new Error('away');
          await real.deleteAccount(realm, subject);
        },
      }),
    });
    return { world, line };
  };

  it('leaves a user who can sign in, with the password given, once the event arrives', async () => {
    const { world, line } = await anIdentityThatLosesTouch();
    await using _end = world;
    const admin = await world.signIn(world.acme);
    line.cut = true;
    const { data } = await admin.ask(createMutation, { i: { email: 'late@acme.test', displayName: 'Late', password } });
    expect(data.createUser.userErrors).toEqual([]);
    line.cut = false;
    await expect(world.signIn(world.acme, 'late@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');

    await deliverAgain(world);

    await expect(world.signIn(world.acme, 'late@acme.test')).resolves.toMatchObject({ id: data.createUser.user.id });
  });

  it('lets a deleted user’s account go later, and never lets them in meanwhile', async () => {
    const { world, line } = await anIdentityThatLosesTouch();
    await using _end = world;
    const admin = await world.signIn(world.acme);
    const guest = await world.signIn(world.acme, 'guest');
    line.cut = true;
    await admin.ask('mutation ($id: ID!) { deleteUser(input: { id: $id }) { userErrors { code } } }', { id: guest.id });
    await expect(world.signIn(world.acme, 'guest')).rejects.toThrow('CREDENTIALS_INVALID');
    line.cut = false;

    await deliverAgain(world);
    await deliverAgain(world);

    await expect(world.issuer.signIn('acme-corp', { username: 'guest@acme-corp.test', password })).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
    });
  });
});

describe('a tenant that changes its name', () => {
  it('is called so by the identity provider too, and only while it is that tenant’s realm', async () => {
    const names: string[] = [];
    await using world = await anIdentity({
      provider: (real) => ({ ...real, nameRealm: async (realm, name) => void names.push(`${realm}: ${name}`) }),
    });
    const renamed = (tenantid: string, name: string) =>
      ({ type: 'plexica.tenant.updated', tenant: 'acme-corp', tenantid, data: { tenant: { name } } }) as PlexicaEvent;

    for (const handle of await handlersOf(world))
      for (const event of [renamed(world.acme.id, 'Acme & Sons'), renamed(world.globex.id, 'The last bearer of the slug')])
        await handle(event);

    expect(names).toEqual(['acme-corp: Acme & Sons']);
  });
});
