import { runtimePath, toTokenPayload } from '@plexica/plugin-kit';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { aRegistry, type Registry, until } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

const configuration = { type: 'object', properties: { days: { type: 'integer', default: 90 }, key: { type: 'string', writeOnly: true } } };
const migrations = [{ name: '0001-contact', sql: `create table contact (name text); insert into contact values ('Ada')` }];

const ask = async (registry: Registry, credential: string | undefined, token: string | undefined) => {
  const response = await fetch(`${registry.url}${runtimePath}`, {
    method: 'POST',
    headers: { ...(credential && { authorization: `Bearer ${credential}` }), ...(token && { 'plexica-token': token }) },
  });
  return { status: response.status, body: await response.text() };
};
const tokenFor = (registry: Registry, claims: Parameters<typeof toTokenPayload>[0], audience = 'crm', expiresInSeconds = 30) =>
  registry.foundation.keys.sign(toTokenPayload(claims), { audience, expiresInSeconds });

describe('a plugin’s service that asks for its installation', () => {
  it('gets configuration with secrets, and a database URL that reaches this installation alone', async () => {
    await using registry = await aRegistry();
    const { acme, globex } = registry;
    const { credential } = await registry.offer({ configuration, migrations });
    await registry.active(acme, { configuration: { key: 'very-secret' } });
    await registry.active(globex);

    const { status, body } = await ask(registry, credential, await tokenFor(registry, claimsIn(acme)));
    expect(status).toBe(200);
    const answer = JSON.parse(body);
    expect(answer).toEqual({
      configuration: { days: 90, key: 'very-secret' },
      configurationVersion: (await registry.plugins.sets.recordFor(acme)).plugins.crm?.configurationVersion,
      databaseUrl: expect.stringMatching(/^postgres/),
    });

    const client = new pg.Client({ connectionString: answer.databaseUrl });
    await client.connect();
    try {
      expect((await client.query('select name from contact')).rows).toEqual([{ name: 'Ada' }]);
      for (const sql of [
        'select * from plexica.plugin_service',
        'select * from tenant_acme.plugin_installation',
        'select * from tenant_globex__crm.contact',
        'set role postgres',
        'create schema mine',
      ])
        await expect(client.query(sql)).rejects.toThrow(/permission denied|does not exist/);
    } finally {
      await client.end();
    }
  });

  it('gets nothing without both the credential and a token of the same plugin', async () => {
    await using registry = await aRegistry();
    const { acme } = registry;
    const { credential } = await registry.offer({ configuration });
    const mail = await registry.offer({ id: 'mail' }, crmSdl.replaceAll('crm', 'mail').replaceAll('Crm', 'Mail'));
    await registry.active(acme, { configuration: { key: 'very-secret' } });
    const token = await tokenFor(registry, claimsIn(acme));
    expect((await ask(registry, credential, token)).status).toBe(200);

    const attempts: [string, string | undefined, string | undefined][] = [
      ['no credential', undefined, token],
      ['no token', credential, undefined],
      ['a made-up credential', `plx_${'x'.repeat(43)}`, token],
      ['another plugin’s credential', mail.credential, token],
      ['another plugin’s token', credential, await tokenFor(registry, claimsIn(acme), 'mail')],
      ['a core subgraph’s token', credential, await tokenFor(registry, claimsIn(acme), 'plugins')],
      ['an expired token', credential, await tokenFor(registry, claimsIn(acme), 'crm', -10)],
      ['a token that lives too long', credential, await tokenFor(registry, claimsIn(acme), 'crm', 3_600)],
      ['a token without a tenant', credential, await tokenFor(registry, platformAdmin)],
      ['a token of a tenant without the plugin', credential, await tokenFor(registry, claimsIn(registry.globex))],
      [
        'a token of a tenant that is gone',
        credential,
        await tokenFor(registry, claimsIn({ id: '01980000-0000-7000-8000-000000000001', slug: 'gone' })),
      ],
      ['a token that was changed', credential, `${token.slice(0, -4)}AAAA`],
      ['the token as credential', token, token],
    ];
    for (const [attempt, withCredential, withToken] of attempts) {
      const { status, body } = await ask(registry, withCredential, withToken);
      expect([attempt, status]).toEqual([attempt, 401]);
      expect(body).not.toMatch(/very-secret|postgres/);
    }
  });

  it('gets nothing for a session that has ended, and nothing once the plugin is switched off', async () => {
    await using registry = await aRegistry();
    const { acme } = registry;
    const { credential } = await registry.offer();
    await registry.active(acme);
    const token = await tokenFor(registry, claimsIn(acme));
    expect((await ask(registry, credential, token)).status).toBe(200);

    registry.endSession('session-in-acme');
    expect((await ask(registry, credential, token)).status).toBe(401);

    const another = await tokenFor(registry, { ...claimsIn(acme), session: 'another' });
    expect((await ask(registry, credential, another)).status).toBe(200);
    await registry.deactivate(acme);
    expect((await ask(registry, credential, another)).status).toBe(401);
  });

  it('is answered for the token of a hook, which no session stands behind', async () => {
    await using registry = await aRegistry();
    const service = await registry.offer({ hooks: [{ kind: 'action', hook: 'user.created' }] });
    await registry.active(registry.acme);
    await registry.emit(registry.acme);
    await until(() => service.received.length === 1);

    expect((await ask(registry, service.credential, service.received[0]?.token)).status).toBe(200);
  });
});

describe('the credential of a service', () => {
  const register = (registry: Registry, input: object) =>
    registry.mutate(platformAdmin, 'registerPluginService', { pluginId: 'crm', version: '1.0.0', ...input }, 'plugin { id } credential');

  it('is shown once for each version, and a new URL keeps it', async () => {
    await using registry = await aRegistry();
    await registry.publish();
    const first = await register(registry, { url: 'http://127.0.0.1:4801' });
    const second = await register(registry, { url: 'http://127.0.0.1:4802/' });
    await registry.publish({ version: '1.1.0' });
    const other = await register(registry, { version: '1.1.0', url: 'http://127.0.0.1:4803' });
    await registry.active(registry.acme, { version: '1.0.0' });

    expect(first).toEqual({ plugin: { id: 'crm' }, credential: expect.stringMatching(/^plx_[\w-]{43}$/), userErrors: [] });
    expect(second).toEqual({ plugin: { id: 'crm' }, credential: null, userErrors: [] });
    expect(other.credential).not.toBe(first.credential);
    expect((await registry.plugins.sets.recordFor(registry.acme)).plugins.crm?.url).toBe('http://127.0.0.1:4802/graphql');
    expect((await ask(registry, first.credential, await tokenFor(registry, claimsIn(registry.acme)))).status).toBe(200);
    expect(JSON.stringify(await registry.rows('select * from plexica.plugin_service'))).not.toContain(first.credential);
  });

  it('is refused as soon as it was replaced', async () => {
    await using registry = await aRegistry();
    const { credential } = await registry.offer();
    await registry.active(registry.acme);
    const token = await tokenFor(registry, claimsIn(registry.acme));

    const rotated = await registry.mutate(platformAdmin, 'rotatePluginCredentials', { pluginId: 'crm' }, 'credential');

    expect((await ask(registry, credential, token)).status).toBe(401);
    expect((await ask(registry, rotated.credential, token)).status).toBe(200);
  });

  it('is not given for an address that the platform may not call', async () => {
    await using registry = await aRegistry();
    await registry.publish();
    const refused = [
      'ftp://127.0.0.1/x',
      'nonsense',
      'http://user:pass@127.0.0.1',
      'http://127.0.0.1/?to=elsewhere',
      'http://127.0.0.2:80',
      'http://localhost:80',
      'http://[::1]:80',
      'http://[::ffff:10.0.0.1]',
      'http://2130706434',
      'http://10.0.0.1',
      'http://169.254.169.254/latest/meta-data',
      'http://nowhere.invalid',
    ];
    for (const url of refused)
      expect([url, await register(registry, { url })]).toEqual([
        url,
        { plugin: null, credential: null, userErrors: [expect.objectContaining({ code: 'PLUGIN_URL_REFUSED', path: ['input', 'url'] })] },
      ]);
    expect((await register(registry, { version: '9.9.9', url: 'http://127.0.0.1' })).userErrors).toMatchObject([
      { code: 'PLUGIN_NOT_FOUND' },
    ]);
    const asTenant = { pluginId: 'crm', version: '1.0.0', url: 'http://127.0.0.1' };
    await expect(registry.mutate(claimsIn(registry.acme), 'registerPluginService', asTenant, 'credential')).rejects.toThrow('FORBIDDEN');
  });
});
