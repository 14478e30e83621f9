import type { OperationRecord } from '@plexica/foundation';
import type { Claims } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { z } from 'zod';
import type { TenancyDeps } from '../deps.ts';

/** Operations as far as one caller may see them: those of the own tenant, and all for platform admins. */
export interface OperationReader {
  find(id: string): Promise<OperationRecord | undefined>;
}

const uuid = z.guid();

export const createOperationReader = ({ operations }: Pick<TenancyDeps, 'operations'>, claims: Claims): OperationReader => ({
  async find(id) {
    if (!uuid.safeParse(id).success) return undefined;
    const found = await operations.get(id);
    return found && maySee(claims, found) ? found : undefined;
  },
});

const maySee = ({ tenant, user, roles }: Claims, { tenantId }: OperationRecord): boolean =>
  tenant ? user !== null && tenant.id === tenantId : roles.includes(superAdmin);
