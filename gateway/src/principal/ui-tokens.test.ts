import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send, uiToken } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { sendEndlessly, tricklingBody } from '../test/a-raw-client.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
  gateway.switchTo('acme', 'core+analytics');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const me = '{ me { id } }';
const trade = (plugin: string, authorization?: string) =>
  send(gateway, JSON.stringify({ plugin }), { authorization }, '/_plexica/ui-token');

describe('a token of a plugin’s components', () => {
  it('asks for its user, and lives a minute at most', async () => {
    const answer = await trade('analytics', `Bearer ${token}`);
    const { token: ofPlugin, expiresIn } = JSON.parse(answer.text);
    expect([answer.status, expiresIn, answer.headers.get('cache-control')]).toEqual([200, 60, 'no-store']);
    expect((await ask(gateway, me, ofPlugin)).data).toEqual({ me: { id: 'user-1' } });

    const nearlyOver = await gateway.issuer.token('acme', { expiresInSeconds: 20 });
    expect(JSON.parse((await trade('analytics', `Bearer ${nearlyOver}`)).text).expiresIn).toBeLessThanOrEqual(20);
  });

  it.each<[string, string, () => Promise<string | undefined>, number, string]>([
    ['nobody', 'analytics', async () => undefined, 401, 'UNAUTHENTICATED'],
    ['a token that is none', 'analytics', async () => 'nonsense', 401, 'UNAUTHENTICATED'],
    ['a plugin that is not active', 'chart', async () => token, 404, 'PLUGIN_NOT_FOUND'],
    ['a plugin called like something every object has', 'constructor', async () => token, 404, 'PLUGIN_NOT_FOUND'],
    ['a tenant without the plugin', 'analytics', () => gateway.issuer.token('globex'), 404, 'PLUGIN_NOT_FOUND'],
    ['a component', 'analytics', () => uiToken(gateway, token, 'analytics'), 403, 'FORBIDDEN'],
  ])('is not made for %s', async (_, plugin, bearer, status, code) => {
    const found = await bearer();
    const answer = await trade(plugin, found && `Bearer ${found}`);
    expect([answer.status, answer.codes]).toEqual([status, [code]]);
  });

  it('is not waited for longer than for any other request, nor read beyond what asks for one', async () => {
    await using own = await startGateway({ timing: { body: 300 } });
    expect(await sendEndlessly(own, { path: '/_plexica/ui-token', ...tricklingBody })).toContain('REQUEST_TIMEOUT');
    expect((await trade('x'.repeat(20_000), `Bearer ${token}`)).codes).toEqual(['PAYLOAD_TOO_LARGE']);
    expect((await send(gateway, '{', { authorization: `Bearer ${token}` }, '/_plexica/ui-token')).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('is refused when it is not of this platform, is over, of another tenant, of an ended session, or of an internal kind', async () => {
    const sign = async (audience: string, expiresInSeconds: number, claims: object = {}) => {
      const all = { sub: 'user-1', realm: 'acme', session: 's', since: 0, plugin: 'analytics', ...claims };
      return `plxui_${await gateway.keys.sign(all, { audience, expiresInSeconds })}`;
    };
    expect((await ask(gateway, me, await sign('plexica:ui', 60))).codes).toEqual([]);
    for (const bad of [
      await sign('plexica:ui', -60),
      await sign('plexica:ui', 3_600),
      await sign('analytics', 60),
      await sign('plexica:ui', 60, { plugin: 'constructor' }),
      'plxui_nonsense',
    ])
      expect((await ask(gateway, me, bad)).codes).toEqual(['UNAUTHENTICATED']);
    const good = await uiToken(gateway, token, 'analytics');
    expect((await ask(gateway, me, `${good.slice(0, -4)}AAAA`)).codes).toEqual(['UNAUTHENTICATED']);
    expect((await ask(gateway, me, good, { 'x-tenant-slug': 'globex' })).codes).toEqual(['TENANT_NOT_FOUND']);

    const other = await gateway.issuer.token('acme', { session: 'another' });
    const ofOther = await uiToken(gateway, other, 'analytics');
    gateway.directory.revoke('another');
    expect((await ask(gateway, me, ofOther)).codes).toEqual(['UNAUTHENTICATED']);
    expect((await ask(gateway, me, good)).codes).toEqual([]);
  });

  it('goes on where others fail from the same address, who are told to wait', async () => {
    const good = await uiToken(gateway, token, 'analytics');
    expect((await ask(gateway, me, good)).codes).toEqual([]);
    const codes = new Set<unknown>();
    for (let tried = 0; tried < 101; tried += 1) codes.add((await ask(gateway, me, `plxui_${tried}`)).codes[0]);
    expect([...codes]).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED']);
    expect((await ask(gateway, me, good)).codes).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  });

  it('counts for nothing once the plugin is not active', async () => {
    const good = await uiToken(gateway, token, 'analytics');
    gateway.switchTo('acme', 'core');
    expect((await ask(gateway, me, good)).codes).toEqual(['UNAUTHENTICATED']);
    gateway.switchTo('acme', 'core+analytics');
    expect((await ask(gateway, me, good)).codes).toEqual([]);
  });
});

describe('what a plugin’s components may do', () => {
  it('is what the user may, as far as the plugin was granted it', async () => {
    const users = '{ users { id } }';
    const good = await uiToken(gateway, token, 'analytics');
    expect((await ask(gateway, users, token)).codes).toEqual([]);
    expect((await ask(gateway, users, good)).codes).toEqual(['FORBIDDEN']);

    const granted = (grantedScopes: string[]) =>
      gateway.directory.setTenant('acme', { plugins: { analytics: gateway.installation({ grantedScopes }) } });
    granted(['users.read']);
    expect((await ask(gateway, users, good)).codes).toEqual([]);

    gateway.directory.setUser('user-1', { permissions: ['analytics.read'] });
    expect((await ask(gateway, users, good)).codes).toEqual(['FORBIDDEN']);
  });
});
