import { LRUCache } from 'lru-cache';
import type { Directory } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import { type LoadDeps, loadVariant, type Variant } from './load-variant.ts';

export type { Variant } from './load-variant.ts';

export interface Variants {
  /** The plugin set of this hash. While it can't be loaded, the one that `user` (a tenant's id) was served last. */
  for(hash: string, user?: string): Promise<Variant>;
  /** Loads a set that a tenant is about to switch to for what this plugin adds. Never rejects: who asks of it first will find out. */
  prepare(hash: string, plugin: string): Promise<void>;
  stop(): Promise<void>;
}

export interface VariantOptions extends LoadDeps {
  readonly directory: Directory;
  /** How much memory loaded sets may take, in bytes as estimated from their text; the one used longest ago goes first. Default 1.5 GB. */
  readonly maxBytes?: number;
}

const usersAtMost = 20_000;
/** A set that could not be loaded is not tried again at once: loading costs the owner a question and this process its time. */
const retryMs = 1_000;
const everybody = 'public';
/** Of memory, for each character of a composed set: schemas, guards and weights. Measured by `pnpm bench sets`. */
const bytesPerCharacter = 12;

const sizeOf = (sdl: string): number => sdl.length * bytesPerCharacter;

/** Plugin sets by hash: loaded when first asked for, once at a time, and kept while they are used. */
export const createVariants = (options: VariantOptions): Variants => {
  const { directory, log, maxBytes = 1_500_000_000 } = options;
  // By hash: what is remembered here must not keep a set in memory that was pushed out.
  const lastGood = new LRUCache<string, string>({ max: usersAtMost });
  const failed = new LRUCache<string, { readonly error: unknown }>({ max: 1_000, ttl: retryMs });
  // One that is pushed out goes on serving the requests it has, and is forgotten with the last of them.
  const loaded = new LRUCache<string, Promise<Variant>>({ maxSize: maxBytes });

  const load = async (hash: string): Promise<Variant> => {
    const record = await directory.supergraph(hash);
    if (!record) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    const variant = await loadVariant(record, options);
    // Only now its size is known; a set counts for nothing until it is loaded.
    if (loaded.has(hash)) loaded.set(hash, Promise.resolve(variant), { size: sizeOf(record.sdl) });
    log.info({ hash, subgraphs: record.subgraphs }, 'supergraph loaded');
    return variant;
  };

  const once = (hash: string): Promise<Variant> => {
    const known = loaded.get(hash);
    if (known) return known;
    const earlier = failed.get(hash);
    if (earlier) return Promise.reject(earlier.error);
    const variant = load(hash);
    loaded.set(hash, variant, { size: 1 });
    variant.catch((error: unknown) => {
      log.error({ hash, error }, 'a supergraph could not be loaded');
      loaded.delete(hash);
      failed.set(hash, { error });
    });
    return variant;
  };

  return {
    async for(hash, user = everybody) {
      try {
        const variant = await once(hash);
        if (lastGood.get(user) !== hash) lastGood.set(user, hash);
        return variant;
      } catch (error) {
        const good = loaded.get(lastGood.get(user) ?? hash);
        if (!good) throw error;
        return good;
      }
    },
    async prepare(hash, plugin) {
      try {
        await (await once(hash)).supergraph.prepare(plugin);
        log.info({ hash, plugin }, 'supergraph prepared');
      } catch (error) {
        log.warn({ hash, plugin, error }, 'a supergraph could not be prepared');
      }
    },
    async stop() {
      const variants = await Promise.allSettled(loaded.values());
      await Promise.all(variants.map((variant) => variant.status === 'fulfilled' && variant.value.server.stop()));
    },
  };
};
