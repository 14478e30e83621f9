import type pg from 'pg';
import type { SealedSigningKey } from '../keys/signing-keys.ts';

export interface SigningKeyStore {
  newest(): Promise<SealedSigningKey | undefined>;
  /** Answers the key that is there afterwards: of two processes that start at once, the first one's. */
  add(key: SealedSigningKey): Promise<SealedSigningKey>;
}

export const createSigningKeyStore = (pool: pg.Pool): SigningKeyStore => {
  const newest = async (): Promise<SealedSigningKey | undefined> => {
    const { rows } = await pool.query('select id, public_jwk, private_sealed from plexica.signing_key order by created_at, id limit 1');
    return rows[0] && { id: rows[0].id, publicJwk: rows[0].public_jwk, privateSealed: rows[0].private_sealed };
  };
  return {
    newest,
    async add({ id, publicJwk, privateSealed }) {
      await pool.query('insert into plexica.signing_key (id, public_jwk, private_sealed) values ($1, $2, $3)', [
        id,
        publicJwk,
        privateSealed,
      ]);
      return (await newest()) ?? { id, publicJwk, privateSealed };
    },
  };
};
