import { describe, expect, it } from 'vitest';
import { aRegistry, type Registry, until } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';

const list = '{ deadLetters { totalCount edges { node { id hook status attempts lastError finishedAt plugin { id } } } } }';

/** A plugin in both tenants whose service fails, and one dead letter in acme. */
const aDeadLetter = async (registry: Registry) => {
  const service = await registry.offer({ hooks: [{ kind: 'action', hook: 'user.created' }] });
  await registry.active(registry.acme);
  await registry.active(registry.globex);
  service.answers((_, reply) => reply.status(500).send());
  await registry.emit(registry.acme);
  const dead = async () => (await registry.ask(claimsIn(registry.acme), list)).data.deadLetters.edges[0]?.node;
  await until(async () => (await dead()) !== undefined);
  return { service, letter: await dead() };
};

describe('a dead letter', () => {
  it('is shown to those who manage plugins in its tenant, and to nobody else', async () => {
    await using registry = await aRegistry();
    const { letter } = await aDeadLetter(registry);

    expect(letter).toEqual({
      id: expect.any(String),
      hook: 'user.created',
      status: 'DEAD',
      attempts: 3,
      lastError: 'The plugin answered 500.',
      finishedAt: expect.anything(),
      plugin: { id: 'crm' },
    });
    expect((await registry.ask(claimsIn(registry.globex), list)).data.deadLetters.totalCount).toBe(0);
    expect((await registry.ask(platformAdmin, list)).data.deadLetters.totalCount).toBe(0);
    expect((await registry.ask(claimsIn(registry.acme, ['users.read']), list)).codes).toEqual(['FORBIDDEN']);
    const pending = '{ hookDeliveries(filter: { status: PENDING, pluginId: "crm" }) { totalCount } all: hookDeliveries { totalCount } }';
    expect((await registry.ask(claimsIn(registry.acme), pending)).data).toEqual({
      hookDeliveries: { totalCount: 0 },
      all: { totalCount: 1 },
    });
  });

  it('is sent once more under its old id, and only by its own tenant', async () => {
    await using registry = await aRegistry();
    const { service, letter } = await aDeadLetter(registry);
    const replay = (tenant: typeof registry.acme, id: string) =>
      registry.mutate(claimsIn(tenant), 'replayDelivery', { id }, 'delivery { id status attempts }');
    service.answers((_, reply) => reply.status(204).send());

    expect((await replay(registry.globex, letter.id)).userErrors).toMatchObject([{ code: 'DELIVERY_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await replay(registry.acme, 'nonsense')).userErrors).toMatchObject([{ code: 'DELIVERY_NOT_FOUND' }]);
    expect(await replay(registry.acme, letter.id)).toEqual({ delivery: { id: letter.id, status: 'PENDING', attempts: 0 }, userErrors: [] });
    await until(() => service.received.length === 4);

    expect(new Set(service.received.map(({ delivery }) => delivery)).size).toBe(1);
    await until(
      async () =>
        (await registry.ask(claimsIn(registry.acme), '{ hookDeliveries(filter: { status: DELIVERED }) { totalCount } }')).data
          .hookDeliveries.totalCount === 1,
    );
    expect((await replay(registry.acme, letter.id)).userErrors).toMatchObject([{ code: 'DELIVERY_NOT_FOUND' }]);
  });

  it('is gone once it was dismissed', async () => {
    await using registry = await aRegistry();
    const { letter } = await aDeadLetter(registry);

    const dismissed = await registry.mutate(claimsIn(registry.acme), 'dismissDeadLetter', { id: letter.id }, 'delivery { id }');

    expect(dismissed).toEqual({ delivery: { id: letter.id }, userErrors: [] });
    expect((await registry.ask(claimsIn(registry.acme), list)).data.deadLetters.totalCount).toBe(0);
  });
});
