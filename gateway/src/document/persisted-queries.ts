import type { SharedState } from '@plexica/foundation';
import { Refusal } from '../problem.ts';

/** Texts by their hash, for clients that send the hash alone (automatic persisted queries). In the form Apollo Server wants. */
export interface PersistedQueries {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, options?: { readonly ttl?: number | null }): Promise<void>;
  delete(key: string): Promise<boolean>;
}

const daySeconds = 86_400;
// What Apollo Server puts before a hash.
const prefix = 'apq:';

/** Shared by all replicas. A text that was lost is sent again by its client, so counters' storage is good enough. */
export const createPersistedQueries = (state: SharedState): PersistedQueries => ({
  get: (key) => state.get(`operation.${key}`).catch(() => undefined),
  set: (key, text, { ttl } = {}) => state.set(`operation.${key}`, text, { ttlSeconds: ttl ?? daySeconds }).catch(() => {}),
  delete: async (key) => {
    await state.delete(`operation.${key}`).catch(() => {});
    return true;
  },
});

/** The text of an operation that came by its hash; undefined for one that has none. */
export const persistedText = async (extensions: unknown, queries: PersistedQueries): Promise<string | undefined> => {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null };
  if (persistedQuery?.version !== 1 || typeof persistedQuery.sha256Hash !== 'string') return undefined;
  const text = await queries.get(`${prefix}${persistedQuery.sha256Hash}`);
  if (text === undefined) throw new Refusal('PERSISTED_QUERY_NOT_FOUND');
  return text;
};
