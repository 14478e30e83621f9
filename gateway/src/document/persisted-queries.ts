import type { SharedState } from '@plexica/foundation';
import { Refusal } from '../problem.ts';

/** Texts by their hash, for clients that send the hash alone (automatic persisted queries). In the form Apollo Server wants. */
export interface PersistedQueries {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, options?: { readonly ttl?: number | null }): Promise<void>;
  delete(key: string): Promise<boolean>;
}

const daySeconds = 86_400;
/** A longer text is not kept: whoever asks may fill the storage that all share. */
const longestKept = 30_000;
// What Apollo Server puts before a hash.
const prefix = 'apq:';

/** Shared by all replicas. A text that was lost is sent again by its client, so counters' storage is good enough. */
export const createPersistedQueries = (state: SharedState): PersistedQueries => ({
  get: (key) => state.get(`operation.${key}`).catch(() => undefined),
  async set(key, text, { ttl } = {}) {
    if (text.length <= longestKept) await state.set(`operation.${key}`, text, { ttlSeconds: ttl ?? daySeconds }).catch(() => {});
  },
  delete: async (key) => {
    await state.delete(`operation.${key}`).catch(() => {});
    return true;
  },
});

/** The text of an operation that came by its hash; undefined for one that has none. */
export const persistedText = async (extensions: unknown, queries: PersistedQueries): Promise<string | undefined> => {
  const named = hashIn(extensions);
  if (named === undefined) return undefined;
  const text = await queries.get(`${prefix}${named}`);
  if (text === undefined) throw new Refusal('PERSISTED_QUERY_NOT_FOUND');
  return text;
};

/** A text that comes with its hash may be asked for by it from then on. Called with what is valid; throws where the hash is another's. */
export const teachText = (
  extensions: unknown,
  { text, hash }: { readonly text: string; readonly hash: string },
  queries: PersistedQueries,
): void => {
  const named = hashIn(extensions);
  if (named === undefined) return;
  if (named !== hash) throw new Refusal('BAD_USER_INPUT', { message: 'The hash is not that of the query.' });
  void queries.set(`${prefix}${named}`, text);
};

const hashIn = (extensions: unknown): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null };
  return persistedQuery?.version === 1 && typeof persistedQuery.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
};
