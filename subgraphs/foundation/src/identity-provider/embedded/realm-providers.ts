import { LRUCache } from 'lru-cache';
import type { Provider } from 'oidc-provider';
import type { RealmProviderDeps } from './realm-provider.ts';
import type { RealmStore } from './realm-store.ts';

/** The provider of each realm, built when first asked for and kept while in use. */
export interface RealmProviders {
  /** Undefined for a realm that does not exist. */
  of(realm: string): Promise<Provider | undefined>;
  forget(realm: string): void;
}

const kept = 200;
/** How long another replica may serve a realm that was deleted here. */
const freshMs = 5000;

export const createRealmProviders = (deps: RealmProviderDeps & { realms: RealmStore }): RealmProviders => {
  const providers = new LRUCache<string, { readonly provider: Provider; readonly generation: string }>({ max: kept });
  const checked = new LRUCache<string, true>({ max: kept, ttl: freshMs });
  return {
    async of(slug) {
      const known = providers.get(slug);
      if (known && checked.has(slug)) return known.provider;
      const realm = await deps.realms.get(slug);
      if (!realm) {
        providers.delete(slug);
        return undefined;
      }
      // Loaded for the first who signs in: a start has a tenth of its modules less to wait for.
      const { createRealmProvider } = await import('./realm-provider.ts');
      const current = providers.get(slug);
      const provider = current?.generation === realm.generation ? current.provider : createRealmProvider(realm, deps);
      providers.set(slug, { provider, generation: realm.generation });
      checked.set(slug, true);
      return provider;
    },
    forget(slug) {
      providers.delete(slug);
      checked.delete(slug);
    },
  };
};
