import type { SharedState } from '@plexica/foundation';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';

/** Texts by their hash, for clients that send the hash alone (automatic persisted queries). */
export interface PersistedQueries {
  get(hash: string): Promise<string | undefined>;
  /** Keeps a valid text where there is room for it; whoever asks may fill the storage that all share. Never rejects. */
  keep(hash: string, text: string, sender: Admitted): Promise<void>;
}

/** Whether so many characters may be kept for whoever sent them. */
export type MayKeep = (sender: Admitted, characters: number) => Promise<boolean>;

const daySeconds = 86_400;
/** A longer text is not kept. */
const longestKept = 30_000;
// What Apollo Server puts before a hash.
const prefix = 'apq:';

/** Shared by all replicas. A text that was lost is sent again by its client, so counters' storage is good enough. */
export const createPersistedQueries = (state: SharedState, mayKeep: MayKeep): PersistedQueries => {
  const keyOf = (hash: string) => `operation.${prefix}${hash}`;
  const keep: PersistedQueries['keep'] = async (hash, text, sender) => {
    if (text.length > longestKept || (await state.get(keyOf(hash))) !== undefined) return;
    if (await mayKeep(sender, text.length)) await state.set(keyOf(hash), text, { ttlSeconds: daySeconds });
  };
  return {
    get: (hash) => state.get(keyOf(hash)).catch(() => undefined),
    keep: (...text) => keep(...text).catch(() => {}),
  };
};

/** In the form Apollo Server wants. It finds texts by itself; it doesn't know for whom to keep one. */
export const foundByApollo = ({ get }: PersistedQueries) => ({
  get: (key: string) => get(key.slice(prefix.length)),
  set: async () => {},
  delete: async () => true,
});

/** The text of an operation that came by its hash; undefined for one that has none. */
export const persistedText = async (extensions: unknown, queries: PersistedQueries): Promise<string | undefined> => {
  const named = hashIn(extensions);
  if (named === undefined) return undefined;
  const text = await queries.get(named);
  if (text === undefined) throw new Refusal('PERSISTED_QUERY_NOT_FOUND');
  return text;
};

/** A text that comes with its hash may be asked for by it from then on. Called with what is valid; throws where the hash is another's. */
export const teachText = (
  extensions: unknown,
  { text, hash }: { readonly text: string; readonly hash: string },
  sender: Admitted,
  queries: PersistedQueries,
): void => {
  const named = hashIn(extensions);
  if (named === undefined) return;
  if (named !== hash) throw new Refusal('BAD_USER_INPUT', { message: 'The hash is not that of the query.' });
  void queries.keep(named, text, sender);
};

const hashIn = (extensions: unknown): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null };
  if (!persistedQuery) return undefined;
  if (persistedQuery.version !== 1) throw new Refusal('BAD_USER_INPUT', { message: 'Unsupported persisted query version' });
  return typeof persistedQuery.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
};
