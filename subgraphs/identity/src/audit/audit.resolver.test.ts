import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
beforeAll(async () => {
  world = await anIdentity();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('reading the audit log', () => {
  it('shows who did what to whom, the newest first, of one’s own tenant alone', async () => {
    const [acme, globex] = [await world.signIn(world.acme), await world.signIn(world.globex)];
    const { data: created } = await acme.ask(
      'mutation { createUser(input: { email: "audited@acme.test", displayName: "A" }) { user { id } } }',
    );
    const id = created.createUser.user.id;
    const query =
      'query ($f: AuditFilter) { auditLog(first: 5, filter: $f) { edges { node { action actorEmail targetType targetId after } } } }';

    const { data } = await acme.ask(query, { f: { targetId: id } });

    const node = {
      action: 'user.create',
      actorEmail: 'admin@acme-corp.test',
      targetType: 'user',
      targetId: id,
      after: expect.objectContaining({ email: 'audited@acme.test' }),
    };
    expect(data.auditLog.edges).toEqual([{ node }]);
    expect((await globex.ask(query, { f: { targetId: id } })).data.auditLog.edges).toEqual([]);
    expect((await acme.ask(query, { f: { actorId: 'nonsense' } })).data.auditLog.edges).toEqual([]);
    expect((await acme.ask(query, { f: { actorId: acme.id, to: '2020-01-01T00:00:00.000Z' } })).data.auditLog.edges).toEqual([]);
  });

  it('needs audit.read', async () => {
    const user = await world.signIn(world.acme, 'user');
    expect((await user.ask('{ auditLog { edges { cursor } } }')).codes).toEqual(['FORBIDDEN']);
  });
});
