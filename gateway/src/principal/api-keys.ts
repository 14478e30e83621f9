import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Directory, KeyRecord } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import { createFailedTries } from './failed-tries.ts';
import type { SignedInPrincipal } from './principal.ts';

/** Wrong keys that one address may try in a second; all are too random to be guessed, but each is a question to the Directory. */
const triesAtMost = 20;
const keysAtMost = 10_000;

/** `plx_<slug>_<secret>`, as identity makes them. */
const shape = /^plx_([a-z][a-z0-9-]{1,39})_([\w-]{43})$/;

/** Whether this credential claims to be an API key. */
export const looksLikeApiKey = (credential: string): boolean => credential.startsWith('plx_');

/** Takes API keys for whom they act for; the Directory's answer is a second old at most. */
export const createApiKeys = ({ directory, clock }: { readonly directory: Directory; readonly clock: () => Date }) => {
  const tries = createFailedTries({ atMost: triesAtMost });
  /** By their hashes, those that held when they were last looked at: whoever else fails from their address, or asks much, they go on. */
  const held = new LRUCache<string, true>({ max: keysAtMost });

  /** The same record is the same principal, as with tokens. */
  const known = new WeakMap<KeyRecord, SignedInPrincipal>();

  const recordOf = async (realm: string, secretHash: string, address: string): Promise<KeyRecord | undefined> => {
    if (held.has(secretHash)) return directory.apiKey(realm, secretHash);
    tries.enforce(address);
    const decided = tries.began(address, secretHash);
    try {
      return await directory.apiKey(realm, secretHash);
    } finally {
      decided();
    }
  };

  const failed = (secretHash: string, address: string): never => {
    held.delete(secretHash);
    tries.failed(address);
    throw new Refusal('UNAUTHENTICATED');
  };

  return {
    /** Rejects with UNAUTHENTICATED, whatever is wrong with the key. */
    async verify(secret: string, address = ''): Promise<SignedInPrincipal> {
      const realm = shape.exec(secret)?.[1];
      if (!realm) throw new Refusal('UNAUTHENTICATED');
      const secretHash = hash('sha256', secret);
      const record = await recordOf(realm, secretHash, address);
      if (!record) return failed(secretHash, address);
      if (record.expiresAt !== null && record.expiresAt * 1000 <= clock().getTime()) return failed(secretHash, address);
      held.set(secretHash, true);
      const principal = known.get(record) ?? actsFor(record, realm);
      known.set(record, principal);
      return principal;
    },
  };
};

const actsFor = ({ user, session, permissions, createdAt, expiresAt }: KeyRecord, realm: string): SignedInPrincipal => {
  const identity = { realm, subject: user.id, session, issuedAt: createdAt, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY };
  return { kind: 'signed-in', identity, user, permissions, roles: [], revoked: false, added: {} };
};
