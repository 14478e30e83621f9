import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Directory, DirectoryChange } from './directory.ts';

const freshMs = 1_000;
/** How long an answer may serve while the owner is away. */
const lastKnownGoodMs = 300_000;
const entriesAtMost = 20_000;

interface Entry<T> {
  readonly value: T;
  readonly at: number;
}

/**
 * Answers from memory for a second at most, sooner outdated by changes; while the owner is away, the last known good. What has not
 * changed stays the same object, so that what was made of it need not be made again.
 */
export const cacheDirectory = (directory: Directory, clock: () => Date): Directory & { stop(): void } => {
  const tenants = createCache<Awaited<ReturnType<Directory['tenant']>>>(clock);
  const principals = createCache<Awaited<ReturnType<Directory['principal']>>>(clock);
  const apiKeys = createCache<Awaited<ReturnType<Directory['apiKey']>>>(clock);
  const origins = createCache<readonly string[]>(clock);
  const publicSets = createCache<string>(clock);
  const listeners = new Set<(change: DirectoryChange) => void>();
  const stop = directory.onChange((change) => {
    if (change.kind === 'tenant') {
      tenants.renew(change.slug, () => directory.tenant(change.slug));
      origins.forget('all');
    }
    if (change.kind === 'session') principals.forgetWhere((key) => key.includes(`|${change.session}`));
    // A key is looked up by its secret alone, and a realm has few.
    if (change.kind === 'session' || change.kind === 'principal') apiKeys.forgetWhere((key) => key.startsWith(`${change.realm}|`));
    if (change.kind === 'principal') principals.forgetWhere((key) => key.startsWith(`${change.realm}|${change.userId ?? ''}`));
    for (const listener of listeners) listener(change);
  });
  return {
    tenant: (slug) => tenants.get(slug, () => directory.tenant(slug)),
    principal: (identity) =>
      principals.get(`${identity.realm}|${identity.subject}|${identity.session}`, () => directory.principal(identity)),
    apiKey: (realm, secretHash) => apiKeys.get(`${realm}|${secretHash}`, () => directory.apiKey(realm, secretHash)),
    allowedOrigins: () => origins.get('all', () => directory.allowedOrigins()),
    publicSupergraph: () => publicSets.get('public', () => directory.publicSupergraph()),
    clientManifest: (digest) => directory.clientManifest(digest),
    pluginOperations: (digest) => directory.pluginOperations(digest),
    supergraph: (hash) => directory.supergraph(hash),
    recordUsage: (usages) => directory.recordUsage(usages),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
};

const createCache = <T>(clock: () => Date) => {
  const known = new LRUCache<string, Entry<T>>({ max: entriesAtMost });
  const underWay = new Map<string, Promise<T>>();
  const now = () => clock().getTime();
  /** A clock may be set back, and nothing is to count until it has caught up. */
  const ageOf = ({ at }: Entry<T>) => Math.abs(now() - at);

  const ask = (key: string, load: () => Promise<T>): Promise<T> => {
    const running = underWay.get(key);
    if (running) return running;
    // Taken before the question: a change that arrives meanwhile must not be covered by an older answer.
    const at = now();
    const asked = load()
      .then((value) => {
        if (underWay.get(key) !== asked) return value;
        const before = known.get(key)?.value;
        const same = isDeepStrictEqual(before, value) ? (before as T) : value;
        known.set(key, { value: same, at });
        return same;
      })
      .finally(() => underWay.get(key) === asked && underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };

  const forget = (key: string): void => {
    known.delete(key);
    underWay.delete(key);
  };

  return {
    async get(key: string, load: () => Promise<T>): Promise<T> {
      const entry = known.get(key);
      if (entry && ageOf(entry) < freshMs) return entry.value;
      try {
        return await ask(key, load);
      } catch (error) {
        if (entry && ageOf(entry) < lastKnownGoodMs) return entry.value;
        throw error;
      }
    },
    forget,
    /** Forgets, and where it is in use asks at once, so that the next request need not wait for it. */
    renew(key: string, load: () => Promise<T>) {
      const entry = known.peek(key);
      const inUse = underWay.has(key) || (entry && ageOf(entry) < lastKnownGoodMs);
      forget(key);
      if (inUse) ask(key, load).catch(() => {});
    },
    forgetWhere(matches: (key: string) => boolean) {
      for (const key of [...known.keys(), ...underWay.keys()]) {
        if (matches(key)) forget(key);
      }
    },
  };
};
