import type { AnyEntity, EntityClass, EntityManager, EntitySchema } from '@mikro-orm/postgresql';

/** The one way to PostgreSQL. Two logins: the owner makes schemas and roles, the app serves requests and owns nothing. */
export interface Database {
  /** One transaction on the shared schema `plexica`. */
  platform<T>(work: (em: EntityManager) => Promise<T>): Promise<T>;
  /** One transaction as the tenant's own role on the tenant's own schema; fails closed for an unknown tenant. */
  tenant<T>(tenantId: string, work: (em: EntityManager) => Promise<T>): Promise<T>;
  /** Work that no two processes do at once under this name; outside any transaction, so it may call others. Within itself, names nest in one order. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The tenant that has a schema here; undefined for an id that has none. */
  tenantKey(tenantId: string): Promise<TenantKey | undefined>;
  /** Schema, role, grants and migrations of a tenant; idempotent, also half-way. */
  createTenantSchema(tenant: TenantKey): Promise<void>;
  /** Idempotent. Schema and role of the tenant, and those of its plugin installations, are gone afterwards. */
  dropTenantSchema(tenant: TenantKey): Promise<void>;
  /** Schema, login role and migrations of a plugin installation; idempotent. Answers the URL that reaches only this schema, with a fresh password. */
  createPluginSchema(tenant: TenantKey, pluginId: string, migrations: readonly SqlMigration[]): Promise<{ readonly url: string }>;
  /** The URL of an installation's login as the server is reached now; its address may have changed since the URL was made. */
  currentUrl(url: string): string;
  /** A fresh password for the installation's login. */
  rotatePluginLogin(tenant: TenantKey, pluginId: string): Promise<{ readonly url: string }>;
  dropPluginSchema(tenant: TenantKey, pluginId: string): Promise<void>;
  /** Rows per table of an installation's schema. */
  countPluginRecords(tenant: TenantKey, pluginId: string): Promise<Record<string, number>>;
  /** Brings every tenant's schema up to date, whatever the tenant's status, a few at a time; reports them, and the shared schema first. */
  migrate(): Promise<readonly MigrationReport[]>;
  ping(): Promise<void>;
  stop(): Promise<void>;
}

export interface TenantKey {
  readonly id: string;
  readonly slug: string;
}

/** The platform's own realm has a schema of the same shape as a tenant's, under this id. */
export const platformTenant: TenantKey = { id: '00000000-0000-7000-8000-000000000000', slug: 'plexica' };

export interface SqlMigration {
  readonly name: string;
  readonly sql: string;
}

/** Stands for the shared schema in a report; no slug of a tenant can be this. */
export const sharedReport = '(shared)';

export interface MigrationReport {
  /** Slug. */
  readonly tenant: string;
  readonly applied: readonly string[];
  readonly error?: string;
}

/** What one subgraph keeps in the database. Shared entities name the schema `plexica`, tenant entities the schema `*`. */
export interface PersistenceModule {
  readonly name: string;
  readonly entities: readonly (EntitySchema<AnyEntity> | EntityClass<AnyEntity>)[];
  /** In order; the ledger knows them as `<module>/<name>`. Additive: a released one never changes. */
  readonly sharedMigrations: readonly SqlMigration[];
  /** Run with the tenant's schema as search path. */
  readonly tenantMigrations: readonly SqlMigration[];
}
