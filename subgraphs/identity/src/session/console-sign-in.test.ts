import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, askForTokens, Browser } from '../../../foundation/src/identity-provider/embedded/browser.test-support.ts';
import { anIdentity, password } from '../../test/an-identity.ts';

const server = fastify();
let world: Awaited<ReturnType<typeof anIdentity>>;
let url = '';
beforeAll(async () => {
  const probe = fastify();
  await probe.listen({ host: '127.0.0.1', port: 0 });
  const { port } = probe.server.address() as AddressInfo;
  await probe.close();
  url = `http://127.0.0.1:${port}`;
  world = await anIdentity({ url });
  await world.issuer.register(server);
  await server.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await server.close();
  await world[Symbol.asyncDispose]();
});

const signIn = async (browser: Browser, name: string, secret = password) => {
  const { issuer } = world.issuer.endpoints('acme-corp');
  const request = aRequest(issuer, url);
  const form = await browser.follow(await browser.get(request.url));
  const { away, page } = await browser.follow(await browser.post(form.url, { email: `${name}@acme-corp.test`, password: secret }));
  if (!away) return { html: await page.text() };
  const code = away.searchParams.get('code') ?? '';
  const { body } = await askForTokens(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${url}/signed-in`,
    code_verifier: request.verifier,
  });
  return { token: body.access_token, html: '' };
};

describe('signing in at the console', () => {
  it('is refused to a suspended tenant’s users, who are told so by right credentials alone', async () => {
    world.tenants.set('acme-corp', { ...world.acme, status: 'SUSPENDED' });
    const [right, wrong] = [await signIn(new Browser(), 'user'), await signIn(new Browser(), 'user', 'wrong')];
    world.tenants.set('acme-corp', world.acme);

    expect(right.html).toContain('This tenant is suspended.');
    expect(wrong.html).toContain('Email or password is wrong.');
  });

  it('ends everywhere when the API logs out: token, and the browser’s silent sign-in', async () => {
    const browser = new Browser();
    const { token = '' } = await signIn(browser, 'guest');

    await world.ask(await world.claimsOf(token), 'mutation { logout { userErrors { code } } }');

    expect((await world.claimsOf(token)).user).toBeNull();
    const silent = await browser.follow(
      await browser.get(aRequest(world.issuer.endpoints('acme-corp').issuer, url, { prompt: 'none' }).url),
    );
    expect(silent.away?.searchParams.get('error')).toBe('login_required');
    expect(decodeJwt(token).sid).toBeTruthy();
  });
});
