import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { anonymous, internalIssuer } from './claims.ts';
import { toTokenPayload } from './token-payload.ts';
import { createTokenVerifier } from './token-verifier.ts';

const start = 1_700_000_000;
const ada = {
  ...anonymous,
  tenant: { id: 't', slug: 'acme' },
  user: { id: 'ada', email: 'ada@acme.test', displayName: 'Ada' },
  permissions: ['users.read'],
};

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' };

/** A token of the platform for the CRM, from `start` on for half a minute. */
const aToken = ({ key = privateKey, alg = 'EdDSA', kid = 'k', ...changes }: JWTPayload & Record<string, unknown> = {}) =>
  new SignJWT({ ...toTokenPayload(ada), iss: internalIssuer, aud: 'crm', iat: start, exp: start + 30, ...changes })
    .setProtectedHeader({ alg: String(alg), kid: String(kid) })
    .sign(key as typeof privateKey);

const aVerifier = (audience = 'crm') => {
  let now = start;
  const verifier = createTokenVerifier({ audience, keys: createLocalJWKSet({ keys: [jwk] }), clock: () => new Date(now * 1000) });
  return {
    opens: async (token: string | undefined) => (await verifier.claims(token))?.user?.id,
    at(second: number) {
      now = start + second;
    },
  };
};

describe('an internal token', () => {
  it('says who asks, for a minute at most', async () => {
    expect(await aVerifier().opens(await aToken())).toBe('ada');
    expect(await aVerifier().opens(await aToken({ exp: start + 61 }))).toBeUndefined();
  });

  it('counts for nothing once it is over, also where it was taken before', async () => {
    const verifier = aVerifier();
    const token = await aToken();
    expect(await verifier.opens(token)).toBe('ada');
    verifier.at(34);
    expect(await verifier.opens(token)).toBe('ada');
    verifier.at(36);
    expect(await verifier.opens(token)).toBeUndefined();
    expect(await aVerifier().opens(await aToken({ iat: start - 60, exp: start - 30 }))).toBeUndefined();
  });

  it.each<[string, () => Promise<string>]>([
    ['for another subgraph', () => aToken({ aud: 'identity' })],
    ['for none', () => aToken({ aud: undefined })],
    ['of another issuer', () => aToken({ iss: 'http://localhost/realms/acme' })],
    ['of a time to come', () => aToken({ nbf: start + 30 })],
    ['without an end', () => aToken({ exp: undefined })],
    [
      'without a signature',
      async () => new UnsecuredJWT({ ...toTokenPayload(ada), iss: internalIssuer, aud: 'crm', exp: start + 30 }).encode(),
    ],
    ['signed with the public key', () => aToken({ alg: 'HS256', key: new TextEncoder().encode(JSON.stringify(jwk)) })],
    ['signed by somebody else', async () => aToken({ key: (await generateKeyPair('EdDSA', { crv: 'Ed25519' })).privateKey })],
    ['by a key nobody knows', () => aToken({ kid: 'other' })],
    [
      'whose claims were changed',
      async () => {
        const [header, , signature] = (await aToken()).split('.');
        const [, payload] = (await aToken({ permissions: ['*'], exp: start + 29 })).split('.');
        return [header, payload, signature].join('.');
      },
    ],
    ['that is none', async () => 'x.y.z'],
  ])('%s counts for nothing', async (_, forge) => {
    expect(await aVerifier().opens(await forge())).toBeUndefined();
  });
});
