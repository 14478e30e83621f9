import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { audience } from '../test/an-issuer.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const question = '{ me { id email } }';
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const claims = () => ({
  iss: gateway.issuer.realm('acme').issuer,
  aud: audience,
  sub: 'user-1',
  sid: 'session-1',
  iat: inSeconds(0),
  exp: inSeconds(300),
});

/** Signed by a key of one's own, which the token names and embeds. */
const broughtAlong = async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'mine' };
  return { key: privateKey, kid: 'mine', header: { jwk, jku: `${gateway.issuer.url}/realms/mine/jwks`, x5u: 'http://127.0.0.1:9/' } };
};

describe('being identified', () => {
  it('takes a token of the realm’s own issuer', async () => {
    const { status, data } = await ask(gateway, question, await gateway.issuer.token('acme'));
    expect([status, data]).toEqual([200, { me: { id: 'user-1', email: 'user-1@acme.test' } }]);
  });

  it('takes it for a tenant whose slug begins like the platform’s realm', async () => {
    const { data } = await ask(gateway, question, await gateway.issuer.token('plexica-labs'));
    expect(data.me.email).toBe('user-1@plexica-labs.test');
  });

  it('is nobody without a header, and never nobody with a bad one', async () => {
    expect((await ask(gateway, question)).codes).toEqual(['UNAUTHENTICATED']);
    for (const authorization of ['', ' ', 'Bearer', 'Bearer ', 'Bearer null', 'Bearer x.y', 'Bearer a.b.c', 'Basic dXNlcjpwYXNz']) {
      const answer = await ask(gateway, '{ tenantSignIn(slug: "acme") }', undefined, { authorization });
      expect([authorization, answer.status, answer.codes]).toEqual([authorization, 401, ['UNAUTHENTICATED']]);
    }
  });

  it.each<[string, () => Promise<string>]>([
    ['no signature', async () => new UnsecuredJWT(claims()).encode()],
    [
      'a symmetric signature by the public key',
      async () => {
        const jwk = await gateway.issuer.publicKey('acme');
        const header = { alg: 'HS256', kid: jwk.kid };
        return new SignJWT(claims()).setProtectedHeader(header).sign(new TextEncoder().encode(JSON.stringify(jwk)));
      },
    ],
    ['a signature by another key', async () => gateway.issuer.token('acme', { key: (await generateKeyPair('RS256')).privateKey })],
    [
      'another algorithm',
      async () => {
        const { privateKey } = await generateKeyPair('PS256');
        const { kid } = await gateway.issuer.publicKey('acme');
        return new SignJWT(claims()).setProtectedHeader({ alg: 'PS256', kid }).sign(privateKey);
      },
    ],
    ['a key nobody knows', () => gateway.issuer.token('acme', { kid: 'unheard-of' })],
    ['the key of another realm', async () => gateway.issuer.token('globex', { issuer: gateway.issuer.realm('acme').issuer })],
    ['another audience', () => gateway.issuer.token('acme', { audience: 'somebody-else' })],
    ['no session', () => gateway.issuer.token('acme', { session: null })],
    ['its time before it', () => gateway.issuer.token('acme', { notBeforeInSeconds: 30 })],
    ['other audiences alone', () => gateway.issuer.token('acme', { audience: ['a', 'b'] })],
    ['a key that it brings along', async () => gateway.issuer.token('acme', await broughtAlong())],
    ['its time behind it', () => gateway.issuer.token('acme', { expiresInSeconds: -30 })],
    ['a user who is gone', () => gateway.issuer.token('acme', { subject: 'nobody' })],
    ['an internal token', () => gateway.keys.sign({ sub: 'user-1' }, { audience, expiresInSeconds: 60 })],
    ['more text than any token has', async () => `${'a'.repeat(9_000)}.b.c`],
  ])('refuses a token with %s', async (_, forge) => {
    const { status, codes, data } = await ask(gateway, question, await forge());
    expect([status, codes, data]).toEqual([401, ['UNAUTHENTICATED'], undefined]);
  });

  it.each([
    ['that ended a moment ago', { expiresInSeconds: -3 }],
    ['that begins in a moment', { notBeforeInSeconds: 3 }],
  ])('forgives clocks that differ by a few seconds: a token %s', async (_, claims) => {
    expect((await ask(gateway, question, await gateway.issuer.token('acme', claims))).status).toBe(200);
  });

  it('takes a key that the issuer has just made, at once', async () => {
    gateway.directory.setTenant('rotating', gateway.issuer.realm('rotating'));
    expect((await ask(gateway, question, await gateway.issuer.token('rotating'))).status).toBe(200);
    gateway.issuer.rotate('rotating');
    expect((await ask(gateway, question, await gateway.issuer.token('rotating'))).status).toBe(200);
  });

  it('tells an address that keeps failing to wait, and leaves those alone whom it knows', async () => {
    await using own = await startGateway();
    const known = await own.issuer.token('acme');
    expect((await ask(own, question, known)).status).toBe(200);

    const forged = Array.from({ length: 400 }, (_, index) => `forged${index}.b.c`);
    const answers = await Promise.all(forged.map((token) => ask(own, question, token)));

    const waiting = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect([waiting[0]?.codes, waiting[0]?.headers.get('retry-after')]).toEqual([['RATE_LIMITED'], '1']);
    expect((await ask(own, question, known)).status).toBe(200);
    await expect.poll(async () => (await ask(own, question, await own.issuer.token('acme'))).status, { timeout: 10_000 }).toBe(200);
  });

  it('makes the Directory be asked about few issuers of nobody’s at once, while that takes its time', async () => {
    await using own = await startGateway();
    const { directory } = own as unknown as { directory: { tenant: (slug: string) => Promise<unknown> } };
    const answer = directory.tenant.bind(directory);
    let waiting = 0;
    let most = 0;
    directory.tenant = async (slug) => {
      most = Math.max(most, ++waiting);
      await new Promise((resolve) => setTimeout(resolve, 200));
      waiting -= 1;
      return answer(slug);
    };
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const forged = Array.from({ length: 400 }, (_, at) => {
      const payload = { iss: `${own.issuer.url}/realms/nobody-${at}`, sub: 'x', sid: 'x', iat: now, exp: now + 300 };
      return `${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}.x`;
    });
    const known = await Promise.all(Array.from({ length: 100 }, (_, at) => own.issuer.token('acme', { session: `s${at}` })));

    const [answers, own100] = await Promise.all(
      [forged, known].map((tokens) => Promise.all(tokens.map((token) => ask(own, question, token)))),
    );

    expect(most).toBeLessThanOrEqual(62);
    expect(new Set(answers?.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(new Set(own100?.map(({ status }) => status))).not.toContain(401);
  });

  it('refuses an issuer of somebody else without asking it for keys', async () => {
    gateway.directory.setTenant('quiet', gateway.issuer.realm('quiet'));
    const before = new Map(gateway.issuer.fetches);
    for (const issuer of [
      `${gateway.issuer.url}/realms/unknown`,
      `${gateway.issuer.url}/other/realms/quiet`,
      'http://127.0.0.1:9/realms/quiet',
      '',
    ]) {
      const { status } = await ask(gateway, question, await gateway.issuer.token('acme', { issuer }));
      expect(status).toBe(401);
    }
    expect(gateway.issuer.fetches).toEqual(before);
  });

  it('asks an issuer a few times for its keys, however many tokens name unknown ones', async () => {
    await ask(gateway, question, await gateway.issuer.token('globex'));
    const before = gateway.issuer.fetches.get('globex') ?? 0;
    for (let index = 0; index < 30; index += 1)
      expect((await ask(gateway, question, await gateway.issuer.token('globex', { kid: `forged-${index}` }))).status).toBe(401);
    // Three at once, and one for each 5 s that this may take on a busy machine.
    expect((gateway.issuer.fetches.get('globex') ?? 0) - before).toBeLessThan(10);
    expect((await ask(gateway, question, await gateway.issuer.token('globex'))).status).toBe(200);
  });

  it('holds while the issuer is away, for keys it has seen', async () => {
    const token = await gateway.issuer.token('acme', { session: 'while-away' });
    await ask(gateway, question, await gateway.issuer.token('acme'));
    gateway.issuer.answering(false);
    expect((await ask(gateway, question, token)).status).toBe(200);
    gateway.directory.setTenant('initech', gateway.issuer.realm('initech'));
    const unseen = await ask(gateway, question, await gateway.issuer.token('initech'));
    expect([unseen.status, unseen.codes, unseen.headers.get('retry-after')]).toEqual([503, ['SERVICE_UNAVAILABLE'], '2']);
    gateway.issuer.answering(true);
    expect((await ask(gateway, question, await gateway.issuer.token('initech'))).status).toBe(200);
  });

  it('ends with the key, also for a token that was verified before, and not while nobody can tell', async () => {
    let passed = 0;
    await using own = await startGateway({ clock: () => new Date(Date.now() + passed * 60_000) });
    const yearLong = { expiresInSeconds: 365 * 86_400 };
    const token = await own.issuer.token('acme', yearLong);
    const after = async (minutes: number) => {
      passed += minutes;
      return (await ask(own, question, token)).status;
    };
    expect(await after(0)).toBe(200);
    own.issuer.rotate('acme');

    own.issuer.answering(false);
    expect([await after(11), await after(2)]).toEqual([200, 200]);
    own.issuer.answering(true);
    await expect.poll(() => after(2)).toBe(401);

    expect((await ask(own, question, await own.issuer.token('acme', yearLong))).status).toBe(200);
  });

  it('ends with the key, also where the clock is set back meanwhile', async () => {
    let set = 0;
    await using own = await startGateway({ clock: () => new Date(Date.now() + set * 60_000) });
    const token = await own.issuer.token('acme', { expiresInSeconds: 365 * 86_400 });
    const after = async (minutes: number) => {
      set += minutes;
      return (await ask(own, question, token)).status;
    };
    expect(await after(0)).toBe(200);
    own.issuer.rotate('acme');

    await expect.poll(() => after(-20)).toBe(401);
  });

  it('ends with the session, also for a token that was verified before', async () => {
    const token = await gateway.issuer.token('acme', { session: 'ending' });
    expect((await ask(gateway, question, token)).status).toBe(200);
    gateway.directory.revoke('ending');
    expect((await ask(gateway, question, token)).status).toBe(401);
  });

  it('drops a client’s own copies of internal headers', async () => {
    const forged = await gateway.keys.sign(
      { sub: 'root', roles: ['super_admin'], permissions: ['*'], tenant: { id: 'id-of-acme', slug: 'acme' } },
      { audience: 'home', expiresInSeconds: 60 },
    );
    const internal = { 'plexica-token': forged, 'x-request-id': 'mine', 'plexica-user': 'root', 'x-user-id': 'root' };
    const nobody = await ask(gateway, '{ me { id } tenant { id } }', undefined, internal);
    expect(nobody.data).toEqual({ me: null, tenant: null });
    expect(nobody.headers.get('x-request-id')).not.toBe('mine');
    gateway.switchTo('acme', 'core+analytics');
    await ask(gateway, '{ analyticsCaller }', await gateway.issuer.token('acme'), { ...internal, cookie: 'a=b' });
    const sent = JSON.stringify(gateway.pluginRequests);
    for (const secret of [forged, 'mine', 'a=b', 'Bearer']) expect(sent).not.toContain(secret);
    expect(gateway.pluginRequests.at(-1)?.headers['plexica-token']).toBeTypeOf('string');
  });
});
