import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { startIssuer } from '../test/an-issuer.ts';
import { createIssuerKeys } from './issuer-keys.ts';

/** Keys of one realm, by a clock that is set by hand. */
const aRealm = async () => {
  await using stack = new AsyncDisposableStack();
  const issuer = stack.use(await startIssuer());
  let now = 1_000_000;
  const keys = createIssuerKeys({ now: () => now, freshMs: 60_000, asksAtMost: 3, cooldownMs: 5_000 });
  const { jwksUri } = issuer.realm('acme');
  const parts = stack.move();
  return {
    issuer,
    asked: () => issuer.fetches.get('acme') ?? 0,
    /** Whether the key of this id is known. */
    knows: (kid: string | undefined) =>
      keys.key(jwksUri, kid ?? '').then(
        () => true,
        (error: Error) => (error.name === 'UnknownKeyError' ? false : Promise.reject(error)),
      ),
    kid: async () => decodeProtectedHeader(await issuer.token('acme')).kid,
    pass(ms: number) {
      now += ms;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
};

describe('the keys of an issuer', () => {
  it('are asked for once, also by many at a time', async () => {
    await using realm = await aRealm();
    const kid = await realm.kid();
    expect(await Promise.all(Array.from({ length: 20 }, () => realm.knows(kid)))).not.toContain(false);
    expect(realm.asked()).toBe(1);
  });

  it('are known at once when they are new', async () => {
    await using realm = await aRealm();
    await realm.knows(await realm.kid());
    for (let time = 0; time < 3; time += 1) {
      realm.issuer.rotate('acme');
      expect(await realm.knows(await realm.kid())).toBe(true);
    }
    expect(realm.asked()).toBe(4);
  });

  it('are known when they are new, also where the clock is set back meanwhile', async () => {
    await using realm = await aRealm();
    await realm.knows(await realm.kid());
    await realm.knows('forged');
    realm.pass(-600_000);
    realm.issuer.rotate('acme');
    expect(await realm.knows(await realm.kid())).toBe(true);
  });

  it('are not asked for without end by ids that nobody has, nor is a new one shut out for long', async () => {
    await using realm = await aRealm();
    await realm.knows(await realm.kid());
    for (let index = 0; index < 100; index += 1) expect(await realm.knows(`forged-${index}`)).toBe(false);
    expect(realm.asked()).toBe(4);

    realm.issuer.rotate('acme');
    const fresh = await realm.kid();
    expect(await realm.knows(fresh)).toBe(false);
    realm.pass(5_000);
    expect(await realm.knows('forged')).toBe(false);
    // The question that a forged one caused has answered this as well.
    expect(await realm.knows(fresh)).toBe(true);
    expect(realm.asked()).toBe(5);
  });

  it('count no longer once the issuer has withdrawn them', async () => {
    await using realm = await aRealm();
    const withdrawn = await realm.kid();
    expect(await realm.knows(withdrawn)).toBe(true);
    realm.issuer.rotate('acme');
    realm.pass(60_001);
    await realm.knows(withdrawn);
    await expect.poll(() => realm.knows(withdrawn), { timeout: 10_000 }).toBe(false);
  });

  it('go on counting while the issuer is away', async () => {
    await using realm = await aRealm();
    const kid = await realm.kid();
    await realm.knows(kid);
    realm.issuer.answering(false);
    realm.pass(3_600_000);
    expect(await realm.knows(kid)).toBe(true);
    await expect(realm.knows('unknown')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
