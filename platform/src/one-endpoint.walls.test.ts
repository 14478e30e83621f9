import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from './client/client.ts';
import { mutate } from './client/mutate.ts';
import { notes } from './testing/notes-plugin.ts';
import { startTestPlatform, type TestPlatform } from './testing/test-platform.ts';

const question = '{ tenant { name notes } me { email } }';
const until = async (condition: () => Promise<boolean>) => {
  for (let waited = 0; waited < 5_000; waited += 25) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
};

// Each test finds the plugin installed in acme and active nowhere there, and both tenants open.
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ plugins: [notes] });
  await platform.tenants.acme.admin.install('notes');
});
afterEach(() => platform.tenants.acme.admin.deactivate('notes'));
afterAll(() => platform[Symbol.asyncDispose]());

describe('activating a plugin', () => {
  it('adds its fields, hooks and nothing else to that tenant alone, and takes them away again', async () => {
    const { acme, globex } = platform.tenants;

    await acme.admin.activate('notes');

    expect(await acme.user.query(question)).toAnswer({ tenant: { name: 'Acme', notes: 0 }, me: { email: 'user@acme.test' } });
    const refused = await globex.user.query(question);
    expect(refused).toFailWith('GRAPHQL_VALIDATION_FAILED');
    const near = await globex.user.query('{ tenant { note } }');
    expect(JSON.stringify([near, await globex.user.query('{ __schema { types { name fields { name } } } }')])).not.toContain('notes');

    await platform.signIn('acme', 'user@acme.test');
    await platform.signIn('globex', 'user@globex.test');
    expect(await until(async () => (await acme.user.query<{ tenant: { notes: number } }>(question)).data?.tenant.notes === 1)).toBe(true);

    await acme.admin.deactivate('notes');
    expect(await acme.user.query(question)).toFailWith('GRAPHQL_VALIDATION_FAILED');
    await acme.admin.activate('notes');
    expect(await acme.user.query(question)).toAnswer({ tenant: { notes: 1 } });
  });

  it('can be part of creating a tenant', async () => {
    const input = { slug: 'with-notes', name: 'With notes', adminEmail: 'a@notes.test', plugins: ['notes'] };
    const created = await mutate<{ operation: { id: string } }>(platform.root, 'createTenant', input, 'operation { id }');
    const ended = await platform.platform.core.foundation.operations.settled(created.operation.id);
    expect([ended.status, ended.error]).toEqual(['SUCCEEDED', null]);
    expect(Object.keys((await platform.platform.core.directory.tenant('with-notes'))?.plugins ?? {})).toEqual(['notes']);
  });

  it('fails none of the requests that run meanwhile', async () => {
    const { acme } = platform.tenants;
    let running = true;
    let answered = 0;
    const failures: unknown[] = [];
    const asking = Array.from({ length: 100 }, async () => {
      while (running) {
        const answer = await acme.user.query('{ tenant { name } me { email } }');
        if (answer.errors || !answer.data) failures.push(answer);
        answered += 1;
        // A hundred at once, below the thousand a second that one user has.
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    });

    for (let turn = 0; turn < 3; turn += 1) {
      await acme.admin.activate('notes');
      await acme.admin.deactivate('notes');
    }
    running = false;
    await Promise.all(asking);

    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });

  it('is announced to whoever watches, over WebSocket', async () => {
    const { acme } = platform.tenants;
    const switches = acme.user.subscribe<{ supergraphChanged: { hash: string; subgraphs: { name: string }[] } }>(
      'subscription { supergraphChanged { hash subgraphs { name } } }',
    );
    const first = (await switches.next()).value;

    await acme.admin.activate('notes');

    const second = (await switches.next()).value;
    expect(first.data.supergraphChanged.subgraphs.map(({ name }: { name: string }) => name)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(second.data.supergraphChanged.subgraphs.map(({ name }: { name: string }) => name)).toEqual([
      'tenancy',
      'identity',
      'plugins',
      'notes',
    ]);
    await switches.return?.();
  });
});

describe('subscribing over server-sent events', () => {
  it('sends the current state at once, then each change', async () => {
    const { acme } = platform.tenants;
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${acme.user.token()}` },
      body: JSON.stringify({ query: 'subscription { supergraphChanged { subgraphs { name } } }' }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (words: string) => {
      while (!text.includes(words)) text += (await reader?.read())?.value ?? '';
    };
    await until('"plugins"');
    await acme.admin.activate('notes');
    await until('"notes"');
    expect(text.match(/event: next/g)).toHaveLength(2);
    await reader?.cancel();
  });
});

describe('a plugin that is down', () => {
  it('costs only its own fields', async () => {
    await using platform = await startTestPlatform({ plugins: [notes] });
    const { acme } = platform.tenants;
    await acme.admin.activate('notes');
    await mutate(
      platform.root,
      'registerPluginService',
      { pluginId: 'notes', version: '1.0.0', url: 'http://127.0.0.1:9' },
      'plugin { id }',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));

    const answer = await acme.user.query(question);

    expect(answer.data).toMatchObject({ tenant: { name: 'Acme', notes: null }, me: { email: 'user@acme.test' } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('PLUGIN_UNAVAILABLE');
  });
});

describe('the walls around a tenant', () => {
  it('answer a token of another tenant exactly as an unknown tenant', async () => {
    const token = platform.tenants.acme.admin.token();
    const ask = async (slug: string) => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-tenant-slug': slug },
        body: JSON.stringify({ query: '{ me { email } tenant { name } }' }),
      });
      return { status: response.status, body: await response.text() };
    };
    const unknown = await ask('nobody-here');
    expect(unknown.body).toContain('TENANT_NOT_FOUND');
    expect(await ask('globex')).toEqual(unknown);
  });

  it('drop internal headers that a client sends', async () => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'plexica-token': await platform.platform.core.foundation.keys.sign(
          { roles: ['super_admin'] },
          { audience: 'tenancy', expiresInSeconds: 60 },
        ),
      },
      body: JSON.stringify({ query: '{ users { totalCount } }' }),
    });
    expect(await response.text()).toContain('UNAUTHENTICATED');
  });

  it('close within five seconds when the tenant is suspended, to tokens, streams and sign-ins, and open again', async () => {
    const { acme, globex } = platform.tenants;
    const stream = acme.user.subscribe('subscription { supergraphChanged { hash } }');
    await stream.next();
    const started = performance.now();

    await mutate(platform.root, 'suspendTenant', { id: acme.id, reason: 'a test' }, 'tenant { status }');

    const last = await stream.next();
    expect(last.value?.errors?.[0]?.extensions?.code).toBe('TENANT_SUSPENDED');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await acme.user.query('{ me { email } }')).toFailWith('TENANT_SUSPENDED');
    await expect(platform.signIn('acme', 'user@acme.test')).rejects.toThrow('TENANT_SUSPENDED');
    expect(await globex.user.query('{ me { email } }')).toAnswer({ me: { email: 'user@globex.test' } });
    expect(await createClient({ url: platform.url, tenantSlug: 'acme' }).query('{ me { email } }')).toFailWith('TENANT_NOT_FOUND');

    await mutate(platform.root, 'reactivateTenant', { id: acme.id }, 'tenant { status }');
    expect(await acme.user.query('{ me { email } }')).toAnswer({ me: { email: 'user@acme.test' } });
  });

  it('hide the platform from tenants and refuse it to who is no platform admin', async () => {
    const create =
      'mutation { createTenant(input: { slug: "x-corp", name: "X", adminEmail: "a@x.test" }) { tenant { id } userErrors { code } } }';
    expect(await platform.tenants.acme.admin.query(create)).toFailWith('GRAPHQL_VALIDATION_FAILED');
    expect(await platform.anonymous.query('{ me { id } }')).toFailWith('UNAUTHENTICATED');
    expect(
      await platform.tenants.acme.guest.query(
        'mutation { createRole(input: { name: "x", permissions: [] }) { role { id } userErrors { code } } }',
      ),
    ).toFailWith('FORBIDDEN');
    expect(await platform.tenants.acme.guest.query('{ users { totalCount } }')).toAnswer({ users: { totalCount: 3 } });
  });

  it('answer nothing to who calls a plugin’s service directly', async () => {
    const { keys } = platform.platform.core.foundation;
    await platform.tenants.acme.admin.activate('notes');
    const tenant = await platform.platform.core.directory.tenant('acme');
    const url = tenant?.plugins.notes?.url ?? '';
    const forAnother = await keys.sign({ tenant: { id: tenant?.id, slug: 'acme' } }, { audience: 'analytics', expiresInSeconds: 60 });
    const tooLong = await keys.sign({ tenant: { id: tenant?.id, slug: 'acme' } }, { audience: 'notes', expiresInSeconds: 3_600 });
    for (const token of [undefined, 'forged', forAnother, tooLong, platform.tenants.acme.admin.token()]) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { 'plexica-token': token }) },
        body: JSON.stringify({ query: '{ _service { sdl } }' }),
      });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('type');
    }
    const runtime = await fetch(`${platform.url}/_plexica/runtime`, {
      method: 'POST',
      headers: { authorization: 'Bearer plx_forged_forged_forged_forged', 'plexica-token': forAnother },
    });
    expect(runtime.status).toBe(401);
  });

  it('leave no door for bodies that are too large, broken or hostile', async () => {
    const { acme } = platform.tenants;
    const post = (body: string) =>
      fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${acme.user.token()}` },
        body,
      });
    const large = await post(JSON.stringify({ query: `# ${'x'.repeat(1_100_000)}` }));
    expect([large.status, await large.text()]).toEqual([413, expect.stringContaining('PAYLOAD_TOO_LARGE')]);
    const broken = await post('{"query":');
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
    expect(await acme.user.query(`{ ${Array.from({ length: 300 }, (_, index) => `a${index}: me { id }`).join(' ')} }`)).toFailWith(
      'COST_EXCEEDED',
    );
    expect(await acme.user.query('{ nothingLikeThis }')).toFailWith('GRAPHQL_VALIDATION_FAILED');
    expect(await acme.user.query('{ me { ')).toFailWith('GRAPHQL_PARSE_FAILED');
  });
});

describe('readiness', () => {
  it('names each dependency with its latency', async () => {
    await using platform = await startTestPlatform();
    const response = await fetch(`${platform.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', dependencies: [{ name: 'postgres', status: 'up', latencyMs: expect.any(Number) }] },
    ]);
  });
});
