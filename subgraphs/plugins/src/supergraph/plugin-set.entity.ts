import { defineEntity, p } from '@mikro-orm/postgresql';

export type Audience = 'tenant' | 'platform';

/** What a set's installation needs at run time, kept beside the tenant's pointer so that one row answers a request. */
export interface ActivePluginRow {
  readonly version: string;
  readonly configurationVersion: number;
  readonly grantedScopes: readonly string[];
  /** Of the version's content; absent in rows that were written before there was one. */
  readonly digest?: string;
}

/** A composed supergraph by its content; written once. */
export const PluginSetEntity = defineEntity({
  name: 'PluginSetRow',
  tableName: 'plugin_set',
  schema: 'plexica',
  properties: {
    hash: p.text().primary(),
    audience: p.text().$type<Audience>(),
    plugins: p.json<string[]>(),
    coreDigest: p.text(),
    subgraphs: p.json<string[]>(),
    sdl: p.text(),
    composedAt: p.datetime().onCreate(() => new Date()),
  },
});

/** Which set a tenant has, and since when. */
export const TenantPluginSetEntity = defineEntity({
  name: 'TenantPluginSetRow',
  tableName: 'tenant_plugin_set',
  schema: 'plexica',
  properties: {
    tenantId: p.uuid().primary(),
    hash: p.text(),
    plugins: p.json<Record<string, ActivePluginRow>>(),
    /** Every installation by plugin, active or not, with its version. */
    installed: p.json<Record<string, string>>(),
    switchedAt: p.datetime(),
    /** Grows with each move, so that a move can tell whether another came between. */
    revision: p.integer().default(0),
  },
});
