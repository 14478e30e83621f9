import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Database } from '../../database/database.ts';
import type { Vault } from '../../keys/signing-keys.ts';
import { RealmEntity } from './issuer.entities.ts';

/** A realm with its secrets in the clear; stays in memory. */
export interface Realm {
  readonly slug: string;
  readonly generation: string;
  readonly keys: readonly JWK[];
  readonly cookieKey: string;
}

/** The realms that exist, with keys made once and sealed at rest. */
export interface RealmStore {
  has(slug: string): Promise<boolean>;
  create(slug: string): Promise<void>;
  delete(slug: string): Promise<void>;
  get(slug: string): Promise<Realm | undefined>;
}

export const createRealmStore = ({ database, vault, newId }: { database: Database; vault: Vault; newId: () => string }): RealmStore => ({
  has: async (slug) => (await database.platform((em) => em.count(RealmEntity, { slug }))) > 0,
  async create(slug) {
    if (await database.platform((em) => em.count(RealmEntity, { slug }))) return;
    const realm = {
      slug,
      generation: newId(),
      keys: vault.seal(JSON.stringify([await makeKey()])),
      cookieKey: vault.seal(randomBytes(32).toString('base64url')),
    };
    await database.platform((em) => em.upsert(RealmEntity, realm, { onConflictAction: 'ignore', onConflictFields: ['slug'] }));
  },
  async delete(slug) {
    await database.platform((em) => em.nativeDelete(RealmEntity, { slug }));
  },
  async get(slug) {
    const row = await database.platform((em) => em.findOne(RealmEntity, { slug }));
    if (!row) return undefined;
    return { slug, generation: row.generation, keys: JSON.parse(vault.open(row.keys)), cookieKey: vault.open(row.cookieKey) };
  },
});

const makeKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
  const key = await exportJWK(privateKey);
  return { ...key, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(key) };
};
