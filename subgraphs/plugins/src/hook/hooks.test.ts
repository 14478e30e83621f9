import { describe, expect, it } from 'vitest';
import { aRegistry, until } from '../../test/a-registry.ts';
import { claimsIn } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

const created = { kind: 'action', hook: 'user.created' };
const hooks = [created];

const statuses = async (registry: Awaited<ReturnType<typeof aRegistry>>): Promise<string[]> =>
  (await registry.rows<{ status: string }>('select status from plexica.hook_delivery order by id')).map(({ status }) => status);

describe('an event', () => {
  it('reaches the active plugins of its tenant that subscribe to it, signed, and nobody else', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks, scopes: ['users.read'] });
    await registry.active(registry.acme);
    await registry.installed(registry.globex);

    await registry.emit(registry.globex, 'gus@globex.test');
    await registry.emit(registry.acme, 'ada@acme.test');
    await until(() => service.received.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(service.received).toEqual([
      expect.objectContaining({
        genuine: true,
        tenant: 'acme',
        user: null,
        permissions: ['users.read'],
        body: expect.objectContaining({
          specversion: '1.0',
          type: 'plexica.user.created',
          tenant: 'acme',
          data: { user: expect.objectContaining({ email: 'ada@acme.test' }) },
        }),
      }),
    ]);
    expect(await statuses(registry)).toEqual(['DELIVERED']);
  });

  it('comes again with the same delivery id until it is answered', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks });
    await registry.active(registry.acme);
    let times = 0;
    service.answers((_, reply) => {
      times += 1;
      return reply.status(times < 3 ? 503 : 200).send('ok');
    });

    await registry.emit(registry.acme);
    await until(async () => (await statuses(registry))[0] === 'DELIVERED');

    expect(service.received).toHaveLength(3);
    expect(new Set(service.received.map(({ delivery }) => delivery)).size).toBe(1);
    expect(service.received.every(({ genuine }) => genuine)).toBe(true);
  });

  it('is dead after the last attempt, with its reason', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks });
    await registry.active(registry.acme);
    service.answers((_, reply) => reply.status(500).send());

    await registry.emit(registry.acme);
    await until(async () => (await statuses(registry))[0] === 'DEAD');

    expect(service.received).toHaveLength(3);
    expect(await registry.rows('select attempts, last_error from plexica.hook_delivery')).toEqual([
      { attempts: 3, last_error: 'The plugin answered 500.' },
    ]);
  });

  it('is not for a plugin that was switched off before it could be told', async () => {
    await using registry = await aRegistry({ deliveries: { attemptsAtMost: 5, pauseMs: () => 300 } });
    const service = await registry.offer({ hooks });
    await registry.active(registry.acme);
    service.answers((_, reply) => reply.status(503).send());
    await registry.emit(registry.acme);
    await until(() => service.received.length === 1);

    await registry.deactivate(registry.acme);
    await until(async () => (await statuses(registry))[0] === 'SKIPPED');

    expect(service.received).toHaveLength(1);
  });

  it('waits for nobody else’s slow plugin', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks });
    await registry.active(registry.acme);
    await registry.active(registry.globex);
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    service.answers(async ({ tenant }, reply) => {
      if (tenant === 'acme') await mayAnswer;
      return reply.status(204).send();
    });

    for (let count = 0; count < 30; count += 1) await registry.emit(registry.acme);
    await registry.emit(registry.globex, 'gus@globex.test');
    await until(() => service.received.some(({ tenant }) => tenant === 'globex'));

    expect(service.received.filter(({ tenant }) => tenant === 'acme')).toHaveLength(2);
    answer();
    await until(async () => (await statuses(registry)).every((status) => status === 'DELIVERED'));
    expect(service.received).toHaveLength(31);
  });

  it('is queued once for each plugin, however often the bus brings it', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks });
    await registry.active(registry.acme);
    await registry.emit(registry.acme);
    await until(() => service.received.length === 1);

    await registry.rows('delete from plexica.event_cursor where consumer = ?', ['hooks']);
    await registry.emit(registry.acme, 'bob@acme.test');
    await until(() => service.received.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(service.received.map(({ body }) => body.data.user.email).sort()).toEqual(['ada@acme.test', 'bob@acme.test']);
  });
});

describe('a filter', () => {
  const creating = (changes: object = {}) => [{ kind: 'filter', hook: 'user.creating', timeoutMs: 300, ...changes }];
  const payload = { user: { email: 'ada@acme.test', displayName: 'Ada' }, roleIds: [] };
  const run = async (registry: Awaited<ReturnType<typeof aRegistry>>) => {
    return registry.plugins.filters.run('user.creating', payload, { claims: claimsIn(registry.acme), requestId: 'r' });
  };

  it('may change the payload within its shape, and knows who asks', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks: creating() });
    await registry.active(registry.acme);
    service.answers(({ body }) => ({ payload: { ...body.payload, user: { ...body.payload.user, displayName: 'ADA' }, extra: 'x' } }));

    expect(await run(registry)).toEqual({ user: { email: 'ada@acme.test', displayName: 'ADA' }, roleIds: [] });
    expect(service.received).toEqual([expect.objectContaining({ genuine: true, tenant: 'acme', user: 'admin@acme.test' })]);
  });

  it('may veto, in its own words and codes', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks: creating() });
    await registry.active(registry.acme);
    service.answers(() => ({ veto: { code: 'TOO_MANY', message: 'Your plan has no more seats.' } }));

    await expect(run(registry)).rejects.toMatchObject({
      code: 'HOOK_VETOED',
      message: 'Your plan has no more seats.',
      details: { plugin: 'crm', pluginCode: 'TOO_MANY' },
    });
  });

  it('that fails, is late, or answers nonsense denies or is skipped, as it declared', async () => {
    await using registry = await aRegistry();
    const denying = await registry.offer({ hooks: creating() });
    await registry.active(registry.acme);
    const faults: Parameters<typeof denying.answers>[0][] = [
      (_, reply) => reply.status(500).send(),
      async () => new Promise(() => {}),
      () => 'nonsense',
      () => ({ payload: { user: 7 } }),
      () => ({ payload: { text: 'x'.repeat(2_000_000) } }),
    ];
    for (const fault of faults) {
      denying.answers(fault);
      await expect(run(registry)).rejects.toMatchObject({ code: 'HOOK_VETOED', details: { plugin: 'crm', pluginCode: 'UNAVAILABLE' } });
    }

    await registry.uninstalled(registry.acme);
    const skipping = await registry.offer({ version: '1.1.0', hooks: creating({ onFailure: 'skip' }) });
    await registry.active(registry.acme);
    for (const fault of faults) {
      skipping.answers(fault);
      expect(await run(registry)).toEqual(payload);
    }
  });

  it('runs by priority, each on what the one before left', async () => {
    await using registry = await aRegistry();
    const other = crmSdl.replaceAll('crm', 'mail').replaceAll('Crm', 'Mail');
    const add =
      (letter: string) =>
      ({ body }: { body: typeof payload & { payload: typeof payload } }) => ({
        payload: { ...body.payload, user: { ...body.payload.user, displayName: `${body.payload.user.displayName}${letter}` } },
      });
    (await registry.offer({ hooks: creating({ priority: 20 }) })).answers(add('B'));
    (await registry.offer({ id: 'mail', hooks: creating({ priority: 10 }) }, other)).answers(add('A'));
    await registry.active(registry.acme);
    await registry.installed(registry.acme, { pluginId: 'mail' });
    await registry.activate(registry.acme, 'mail');

    expect((await run(registry)).user.displayName).toBe('AdaAB');
  });

  it('sees the configuration before a plugin is installed', async () => {
    await using registry = await aRegistry();
    const other = crmSdl.replaceAll('crm', 'mail').replaceAll('Crm', 'Mail');
    const service = await registry.offer({ hooks: [{ kind: 'filter', hook: 'plugin.installing' }] });
    await registry.active(registry.acme);
    await registry.offer({ id: 'mail' }, other);
    service.answers(() => ({ veto: { code: 'NO_MAIL', message: 'No mail here.' } }));

    expect((await registry.install(registry.acme, { pluginId: 'mail' })).userErrors).toMatchObject([
      { code: 'HOOK_VETOED', plugin: 'crm', pluginCode: 'NO_MAIL', message: 'No mail here.' },
    ]);
    expect(await registry.statusIn(registry.acme, 'mail')).toBeUndefined();
  });
});
