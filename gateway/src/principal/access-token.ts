import { verify as isSignedBy } from 'node:crypto';
import { decodeProtectedHeader, errors, type ProtectedHeaderParameters, UnsecuredJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Directory, VerifiedIdentity } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import { clockSkewSeconds, endOfToken } from './end-of-token.ts';
import { createFailedTries } from './failed-tries.ts';
import { type IssuerKeys, UnknownKeyError } from './issuer-keys.ts';
import { createIssuerTenants } from './issuer-tenants.ts';

export interface AccessTokenDeps {
  readonly directory: Directory;
  readonly keys: IssuerKeys;
  readonly clock: () => Date;
}

const tokensAtMost = 50_000;
/** Then a token is verified anew: its issuer may have withdrawn the key meanwhile, because somebody else has it. */
const verifiedForSeconds = 60;
const longestToken = 8_192;
/** Tokens that don't hold which one address may try in a second; more than the clients of an office have at the end of a night. */
const triesAtMost = 100;
/** Tokens of a realm begin alike for as long as it signs with the same key. */
const headersAtMost = 1_000;
const noAlgorithm = Buffer.from('{"alg":"none"}').toString('base64url');
const couldBeToken = /^[\w-]+\.[\w-]+\.[\w-]*$/;

interface Verified {
  readonly identity: VerifiedIdentity;
  /** When, in seconds since 1970. */
  readonly at: number;
}

/** Verifies bearer tokens of the realms; a verified one is remembered for a minute. Whether its session still counts is asked elsewhere, each time. */
export const createAccessTokens = ({ directory, keys, clock }: AccessTokenDeps) => {
  const verified = new LRUCache<string, Verified>({ max: tokensAtMost });
  const headers = new LRUCache<string, ProtectedHeaderParameters>({ max: headersAtMost });
  const tries = createFailedTries({ atMost: triesAtMost });
  const tenantOf = createIssuerTenants(directory);
  const seconds = () => clock().getTime() / 1000;

  const headerOf = (token: string): ProtectedHeaderParameters => {
    const text = token.slice(0, token.indexOf('.'));
    const known = headers.get(text);
    if (known) return known;
    const header = decodeProtectedHeader(token);
    headers.set(text, header);
    return header;
  };

  const verify = async (token: string, address: string): Promise<VerifiedIdentity> => {
    if (token.length > longestToken || !couldBeToken.test(token)) throw new Refusal('UNAUTHENTICATED');
    const { kid, alg, crit } = headerOf(token);
    if (alg !== 'RS256' || !kid || crit !== undefined) throw new Refusal('UNAUTHENTICATED');
    const signed = token.slice(0, token.lastIndexOf('.'));
    // What it says is judged like any other token's claims, and counts for nothing until it is known who signed it.
    const { payload } = UnsecuredJWT.decode(`${noAlgorithm}.${signed.slice(signed.indexOf('.') + 1)}.`, {
      clockTolerance: clockSkewSeconds,
      currentDate: clock(),
      requiredClaims: ['sub', 'exp', 'iat', 'sid'],
    });
    const record = await tenantOf(payload.iss, address);
    if (!record || ![payload.aud].flat().includes(record.audience)) throw new Refusal('UNAUTHENTICATED');
    const key = await keys.key(record.jwksUri, kid);
    const signature = Buffer.from(token.slice(signed.length + 1), 'base64url');
    // Here and now: handing so short a work to another thread costs more than the work itself.
    if (key.asymmetricKeyType !== 'rsa' || !isSignedBy('RSA-SHA256', Buffer.from(signed), key, signature))
      throw new Refusal('UNAUTHENTICATED');
    return {
      realm: record.slug,
      subject: String(payload.sub),
      session: String(payload.sid),
      issuedAt: payload.iat ?? 0,
      expiresAt: payload.exp ?? 0,
    };
  };

  const remember = (token: string, identity: VerifiedIdentity): VerifiedIdentity => {
    verified.set(token, { identity, at: seconds() });
    return identity;
  };

  /** The same token says the same. While nobody can tell whether its key still counts, it goes on. */
  const verifyAnew = async (token: string, identity: VerifiedIdentity, address: string): Promise<VerifiedIdentity> => {
    try {
      await verify(token, address);
    } catch (error) {
      if (isTokenProblem(error)) {
        verified.delete(token);
        throw new Refusal('UNAUTHENTICATED');
      }
    }
    return remember(token, identity);
  };

  return {
    /** Rejects with UNAUTHENTICATED, whatever is wrong with the token; an address that keeps failing is told to wait. */
    async verify(token: string, address = ''): Promise<VerifiedIdentity> {
      const known = verified.get(token);
      if (known) {
        if (endOfToken(known.identity) <= clock().getTime()) throw new Refusal('UNAUTHENTICATED');
        // A clock may be set back: not before it has caught up would be late.
        return Math.abs(seconds() - known.at) < verifiedForSeconds ? known.identity : verifyAnew(token, known.identity, address);
      }
      tries.enforce(address);
      try {
        return remember(token, await verify(token, address));
      } catch (error) {
        if (!isTokenProblem(error)) throw error;
        tries.failed(address);
        throw new Refusal('UNAUTHENTICATED');
      }
    },
  };
};

const isTokenProblem = (error: unknown): boolean =>
  (error instanceof Refusal && error.code === 'UNAUTHENTICATED') ||
  error instanceof errors.JOSEError ||
  error instanceof UnknownKeyError ||
  error instanceof TypeError;
