import { defineEntity, p } from '@mikro-orm/postgresql';
import type { PlexicaEvent } from '@plexica/schema';

/** SKIPPED: the plugin was switched off before it could be told. */
export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'SKIPPED' | 'DEAD';

/** One event on its way to one installation. */
export const HookDeliveryEntity = defineEntity({
  name: 'HookDeliveryRow',
  tableName: 'hook_delivery',
  schema: 'plexica',
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    tenantSlug: p.text(),
    pluginId: p.text(),
    hook: p.text(),
    eventId: p.text(),
    event: p.json<PlexicaEvent>(),
    status: p.text().$type<DeliveryStatus>(),
    attempts: p.integer(),
    nextAttemptAt: p.datetime(),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});
