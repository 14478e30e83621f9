import { z } from 'zod';

const id = z.string();
const user = z.object({ id, email: z.string(), displayName: z.string(), status: z.enum(['INVITED', 'ACTIVE', 'DISABLED']) });
const role = z.object({ id, name: z.string() });
const tenant = z.object({ id, slug: z.string(), name: z.string() });
const plugin = z.object({ id, version: z.string() });

/** Every event of the core with the shape of its CloudEvents `data`; `type` is `plexica.<name>`. */
export const eventCatalog = {
  'tenant.created': z.object({ tenant }),
  'tenant.updated': z.object({ tenant }),
  'tenant.suspended': z.object({ tenant, reason: z.string() }),
  'tenant.reactivated': z.object({ tenant }),
  'tenant.deleted': z.object({ tenant }),
  'user.created': z.object({ user }),
  'user.updated': z.object({ user }),
  'user.disabled': z.object({ user }),
  'user.deleted': z.object({ user }),
  'user.invited': z.object({ user }),
  'user.signed-in': z.object({ user, sessionId: z.string() }),
  'user.signed-out': z.object({ user, sessionId: z.string() }),
  'user.sign-in-failed': z.object({ username: z.string(), reason: z.string() }),
  'role.created': z.object({ role }),
  'role.updated': z.object({ role }),
  'role.deleted': z.object({ role }),
  'role.assigned': z.object({ user, role }),
  'role.revoked': z.object({ user, role }),
  'plugin.published': z.object({ plugin }),
  'plugin.installed': z.object({ plugin }),
  'plugin.activated': z.object({ plugin }),
  'plugin.deactivated': z.object({ plugin }),
  'plugin.upgraded': z.object({ plugin, from: z.string() }),
  'plugin.configured': z.object({ plugin }),
  'plugin.uninstalled': z.object({ plugin }),
} as const;

export type EventName = keyof typeof eventCatalog;
export type EventData<N extends EventName> = z.infer<(typeof eventCatalog)[N]>;

/** Filters run before the change; the payload they may change or veto. */
export const filterCatalog = {
  'user.creating': z.object({ user: user.omit({ id: true, status: true }), roleIds: z.array(id) }),
  'user.updating': z.object({ user, changes: z.record(z.string(), z.unknown()) }),
  'user.deleting': z.object({ user }),
  'role.assigning': z.object({ user, role }),
  'tenant.updating': z.object({ tenant, changes: z.record(z.string(), z.unknown()) }),
  'plugin.installing': z.object({ plugin, configuration: z.record(z.string(), z.unknown()) }),
  'session.creating': z.object({ user, claims: z.record(z.string(), z.unknown()) }),
} as const;

export type FilterName = keyof typeof filterCatalog;
export type FilterPayload<N extends FilterName> = z.infer<(typeof filterCatalog)[N]>;

/** A CloudEvents 1.0 event as Plexica stores and sends it. */
export interface PlexicaEvent<Data = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  /** The slug of the tenant, `plexica` for events of the platform itself. */
  readonly tenant: string;
  readonly tenantid: string;
  /** Position within the tenant; strictly increasing. */
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: Data;
}
