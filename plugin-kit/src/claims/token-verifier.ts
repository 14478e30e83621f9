import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Claims, internalIssuer } from './claims.ts';
import { fromTokenPayload } from './token-payload.ts';

export interface TokenVerifierOptions {
  /** The platform's public keys. */
  readonly jwksUri?: string;
  /** In their place, keys at hand. */
  readonly keys?: JWTVerifyGetKey;
  /** The name of this subgraph; a token for another one counts for nothing. */
  readonly audience: string;
  readonly clock?: () => Date;
  /** How many verified tokens are remembered, and room is made for; 10,000 unless told. */
  readonly tokensAtMost?: number;
}

const skewSeconds = 5;
const longestLifeSeconds = 60;

/** Verifies internal tokens: EdDSA of the platform, for this subgraph, a minute old at most. Undefined for anything else. */
export const createTokenVerifier = ({ jwksUri, keys, audience, clock = () => new Date(), tokensAtMost = 10_000 }: TokenVerifierOptions) => {
  const key = keys ?? remoteKeys(new URL(jwksUri ?? 'missing:'));
  const verified = new LRUCache<string, { claims: Claims; payload: Record<string, unknown>; expiresAt: number }>({ max: tokensAtMost });

  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, key, {
      issuer: internalIssuer,
      audience,
      algorithms: ['EdDSA'],
      clockTolerance: skewSeconds,
      currentDate: clock(),
      requiredClaims: ['iat', 'exp'],
    });
    const { iat = 0, exp = 0 } = payload;
    if (exp - iat > longestLifeSeconds) throw new errors.JWTInvalid('lives too long');
    return { claims: fromTokenPayload(payload), payload, expiresAt: exp };
  };

  /** The verified payload with its claims, for signatures that say more than claims. */
  const open = async (token: string | undefined) => {
    if (!token) return undefined;
    const known = verified.get(token);
    if (known) return known.expiresAt + skewSeconds > clock().getTime() / 1000 ? known : undefined;
    try {
      const fresh = await verify(token);
      verified.set(token, fresh);
      return fresh;
    } catch (error) {
      // Keys that can't be fetched are the platform's fault, a bad token the caller's; neither gets an answer.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  };
  return { open, claims: async (token: string | undefined): Promise<Claims | undefined> => (await open(token))?.claims };
};

/** Asked for at once, so that the first call need not wait for them; where the platform is not up yet, that call asks again. */
const remoteKeys = (url: URL): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url, { cooldownDuration: 5_000, timeoutDuration: 5_000 });
  keys.reload().catch(() => {});
  return keys;
};

export type TokenVerifier = ReturnType<typeof createTokenVerifier>;
