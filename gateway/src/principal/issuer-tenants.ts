import { platformRealm } from '@plexica/schema';
import { LRUCache } from 'lru-cache';
import type { Directory, TenantRecord } from '../directory/directory.ts';
import { createFailedTries } from './failed-tries.ts';

/** Issuers that nobody was found to have yet, and one address may make the Directory be asked about at once: three times as many. */
const issuersAtMost = 20;
const realmsAtMost = 20_000;

/** Finds the tenant whose own issuer this is, as a token says that nobody has verified yet; only then any key is fetched. */
export const createIssuerTenants = (directory: Pick<Directory, 'tenant'>) => {
  const issuers = createFailedTries({ atMost: issuersAtMost });
  /** Realms that there are: they are asked about for anybody. */
  const found = new LRUCache<string, true>({ max: realmsAtMost });

  const recordOf = async (realm: string, address: string): Promise<TenantRecord | undefined> => {
    const decided = found.has(realm) ? () => {} : issuers.began(address, realm);
    try {
      const record = await directory.tenant(realm);
      if (record) found.set(realm, true);
      return record;
    } finally {
      decided();
    }
  };

  return async (issuer: unknown, address: string): Promise<TenantRecord | undefined> => {
    for (const realm of realmsOf(issuer)) {
      const record = await recordOf(realm, address);
      if (record && record.issuer === issuer) return record;
    }
    return undefined;
  };
};

// `<url>/realms/acme-corp` when embedded, `<url>/realms/plexica-acme-corp` at Keycloak; a tenant may be called `plexica-labs`, too.
const realmsOf = (issuer: unknown): readonly string[] => {
  const name = typeof issuer === 'string' ? issuer.match(/\/realms\/([a-z0-9-]{1,60})$/)?.[1] : undefined;
  if (!name) return [];
  const prefix = `${platformRealm}-`;
  return name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name];
};
