import type { EntityManager } from '@mikro-orm/postgresql';
import type { RealmInfo } from '@plexica/foundation/identity-provider';
import { platformRealm } from '@plexica/schema';
import type { TenancyDeps } from '../deps.ts';
import { type ClientManifest, ClientManifestEntity } from '../registered-operation/client-manifest.entity.ts';
import type { Branding } from './branding.ts';
import type { Tenant } from './tenant.entity.ts';
import { findBySlug, findTenant, findWithOrigins } from './tenant-rows.ts';
import type { TenantStatus } from './tenant-status.ts';

/** What the rest of Plexica may know of a tenant without asking as anybody. */
export interface TenantSummary {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: TenantStatus;
  readonly branding: Branding;
  readonly allowedOrigins: readonly string[];
  readonly registeredOnly: boolean;
  /** Digests of what clients registered, by the client's name. */
  readonly manifests: Readonly<Record<string, string>>;
}

/** Tenants by name, always as they are now; the caches are the readers' own. */
export interface TenantDirectory {
  /** Undefined for a slug that nobody has, also after its tenant failed or was deleted. The platform's own realm is no tenant. */
  bySlug(slug: string): Promise<TenantSummary | undefined>;
  byId(id: string): Promise<TenantSummary | undefined>;
  /** Of all active tenants, each once. */
  allowedOrigins(): Promise<readonly string[]>;
  /** What a client registered, by the SHA-256 of each text; undefined once it registered something else. */
  clientManifest(digest: string): Promise<Readonly<Record<string, string>> | undefined>;
  statusOf(slug: string): Promise<TenantStatus | undefined>;
  /** How the sign-in page of a realm looks, the platform's own included. */
  presentation(realm: string): Promise<RealmInfo | undefined>;
}

export const createTenantDirectory = ({ database }: Pick<TenancyDeps, 'database'>): TenantDirectory => {
  const summarized = (find: (em: EntityManager) => Promise<Tenant | null>) =>
    database.platform(async (em) => {
      const tenant = await find(em);
      return tenant ? summary(tenant, await em.find(ClientManifestEntity, { tenantId: tenant.id })) : undefined;
    });
  const bySlug = (slug: string) => summarized((em) => findBySlug(em, slug));
  return {
    bySlug,
    byId: (id) => summarized((em) => findTenant(em, id)),
    clientManifest: (digest) =>
      database.platform(async (em) => (await em.findOne(ClientManifestEntity, { digest }, { populate: ['operations'] }))?.operations),
    allowedOrigins: async () => [
      ...new Set((await database.platform(findWithOrigins)).flatMap(({ settings }) => settings.allowedOrigins ?? [])),
    ],
    statusOf: async (slug) => (await bySlug(slug))?.status,
    async presentation(realm) {
      if (realm === platformRealm) return { name: 'Plexica' };
      const found = await bySlug(realm);
      return found && presentationOf(found);
    },
  };
};

// A sign-in page shows pictures of its own origin alone.
const presentationOf = ({ name, branding: { primaryColor, logoUrl } }: TenantSummary): RealmInfo => ({
  name,
  ...(primaryColor && { colour: primaryColor }),
  ...(logoUrl?.startsWith('/') && { logoUrl }),
});

const summary = ({ id, slug, name, status, branding, settings }: Tenant, clients: readonly ClientManifest[]): TenantSummary => ({
  id,
  slug,
  name,
  status,
  branding,
  allowedOrigins: settings.allowedOrigins ?? [],
  registeredOnly: settings.registeredOperationsOnly ?? false,
  manifests: Object.fromEntries(clients.map(({ client, digest }) => [client, digest])),
});
