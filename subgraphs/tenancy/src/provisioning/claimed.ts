import type { TenantKey } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import type { Owned } from '../tenant/tenant.entity.ts';
import type { TenantLife } from './tenant-life.ts';

interface Thing {
  readonly exists: () => Promise<boolean>;
  readonly make: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Of a stranger's thing that bears the name. */
  readonly taken: { readonly code: 'REALM_EXISTS' | 'BUCKET_EXISTS'; readonly message: string };
}

/**
 * Makes and removes a thing outside our database that cannot say whose it is.
 * That it is ours is written down before it is made: after a kill a half-made one is finished, and a stranger's is left alone.
 */
export const claimed = (life: TenantLife, kind: Owned, describe: (tenant: TenantKey) => Thing) => ({
  async run(tenant: TenantKey): Promise<void> {
    const { exists, make, taken } = describe(tenant);
    if (!(await life.owns(tenant, kind))) {
      if (await exists()) throw new DomainError(taken.code, { message: taken.message });
      await life.own(tenant, kind);
    }
    await make();
  },
  async undo(tenant: TenantKey): Promise<void> {
    if (!(await life.owns(tenant, kind))) return;
    await describe(tenant).remove();
    await life.disown(tenant, kind);
  },
});
