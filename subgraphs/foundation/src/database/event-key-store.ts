import type pg from 'pg';

/** A tenant's key as it is stored: wrapped by the platform key. */
export interface SealedEventKey {
  readonly id: string;
  readonly sealed: string;
}

/** The keys of what events carry outside the database, one per tenant. They go when the tenant's events are erased. */
export interface EventKeyStore {
  /** The tenant's key; the one given when it has none yet. */
  ofTenant(tenantId: string, fresh: () => SealedEventKey): Promise<SealedEventKey>;
  /** Undefined once it was erased. */
  byId(tenantId: string, id: string): Promise<SealedEventKey | undefined>;
}

export const createEventKeyStore = (pool: pg.Pool): EventKeyStore => ({
  async ofTenant(tenantId, fresh) {
    const stored = async () =>
      (await pool.query<SealedEventKey>('select id, sealed from plexica.tenant_event_key where tenant_id = $1', [tenantId])).rows[0];
    const known = await stored();
    if (known) return known;
    const { id, sealed } = fresh();
    await pool.query('insert into plexica.tenant_event_key (id, tenant_id, sealed) values ($1, $2, $3) on conflict do nothing', [
      id,
      tenantId,
      sealed,
    ]);
    const made = await stored();
    if (!made) throw new Error('The key of a tenant was erased while it was made.');
    return made;
  },
  async byId(tenantId, id) {
    const { rows } = await pool.query<SealedEventKey>('select id, sealed from plexica.tenant_event_key where tenant_id = $1 and id = $2', [
      tenantId,
      id,
    ]);
    return rows[0];
  },
});
