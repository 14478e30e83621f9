import { createHash } from 'node:crypto';
import type { FilterQuery } from '@mikro-orm/postgresql';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Database } from '../../database/database.ts';
import { RecordEntity, type RecordRow } from './issuer.entities.ts';

interface RecordDeps {
  readonly database: Database;
  readonly realm: string;
  readonly clientId: string;
  /** oidc-provider itself ended the session: a token was used twice, or somebody signed out at the issuer. */
  readonly ended: (session: string) => Promise<void>;
}

/** Ids that open doors by themselves; they are stored as hashes only. */
const secretIds = new Set(['RefreshToken', 'AuthorizationCode']);

/** Keeps the state of oidc-provider in PostgreSQL. */
export const createRecordAdapter = (model: string, { database, realm, clientId, ended }: RecordDeps): Adapter => {
  const keyOf = (id: string) => ({ realm, model, idHash: hashOf(id) });
  const read = async (where: FilterQuery<RecordRow>, id?: string): Promise<AdapterPayload | undefined> => {
    const row = await database.platform((em) => em.findOne(RecordEntity, where));
    if (!row || (row.expiresAt && row.expiresAt <= new Date())) return undefined;
    return { ...row.payload, ...(id && { jti: id }), ...(row.consumedAt && { consumed: true }) };
  };
  return {
    async upsert(id, { jti, ...payload }, expiresIn) {
      await database.platform((em) =>
        em.upsert(RecordEntity, {
          ...keyOf(id),
          payload: secretIds.has(model) ? payload : { ...payload, jti },
          grantId: model === 'Grant' ? id : (payload.grantId ?? payload.authorizations?.[clientId]?.grantId ?? null),
          accountId: payload.accountId ?? null,
          uid: payload.uid ?? null,
          consumedAt: null,
          expiresAt: expiresIn ? new Date(Date.now() + expiresIn * 1000) : null,
        }),
      );
    },
    find: (id) => read(keyOf(id), id),
    findByUid: (uid) => read({ realm, model, uid }),
    findByUserCode: async () => undefined,
    async consume(id) {
      const consumed = await database.platform((em) =>
        em.nativeUpdate(RecordEntity, { ...keyOf(id), consumedAt: null }, { consumedAt: new Date() }),
      );
      if (consumed) return;
      // Two requests came with the same token at once: the later one is a reuse like any other.
      const row = await database.platform((em) => em.findOne(RecordEntity, keyOf(id)));
      if (row?.grantId) {
        await database.platform((em) => em.nativeDelete(RecordEntity, { realm, grantId: row.grantId }));
        await ended(row.grantId);
      }
      const { errors } = await import('oidc-provider');
      throw new errors.InvalidGrant('token was used before');
    },
    async destroy(id) {
      const removed = await database.platform((em) => em.nativeDelete(RecordEntity, keyOf(id)));
      if (model === 'Grant' && removed) await ended(id);
    },
    async revokeByGrantId(grantId) {
      await database.platform((em) => em.nativeDelete(RecordEntity, { realm, model, grantId }));
    },
  };
};

/** Ends a session of the realm, or all of an account, from outside of oidc-provider. */
export const forgetRecords = async (
  database: Database,
  realm: string,
  of: { readonly session: string } | { readonly subject: string },
): Promise<void> => {
  const where = 'session' in of ? { realm, grantId: of.session } : { realm, accountId: of.subject };
  await database.platform((em) => em.nativeDelete(RecordEntity, where));
};

/** Nothing else removes what simply ran out. */
export const sweepRecords = async (database: Database, realm: string, now: Date): Promise<void> => {
  await database.platform((em) => em.nativeDelete(RecordEntity, { realm, expiresAt: { $lt: now } }));
};

const hashOf = (id: string) => createHash('sha256').update(id).digest('base64url');
