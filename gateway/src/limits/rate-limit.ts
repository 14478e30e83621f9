import type { SharedState } from '@plexica/foundation';
import type { TenantRecord } from '../directory/directory.ts';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';

export interface RateLimits {
  /** Requests a second. */
  readonly perUser: number;
  readonly perTenant: number;
  readonly anonymousPerAddress: number;
}

export const defaultRateLimits: RateLimits = { perUser: 1_000, perTenant: 5_000, anonymousPerAddress: 200 };

interface Asking {
  readonly principal: Principal;
  readonly tenant: TenantRecord | undefined;
  readonly address: string | undefined;
}

/** Counts requests by the second in SharedState. When the counters can't be reached requests go through. */
export const createRateLimit = (state: SharedState, clock: () => Date, limits: RateLimits = defaultRateLimits) => {
  const count = async (key: string, limit: number): Promise<void> => {
    const counted = await state.increment(key, { ttlSeconds: 2 }).catch(() => 0);
    if (counted > limit) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };
  return async ({ principal, tenant, address }: Asking): Promise<void> => {
    const second = Math.floor(clock().getTime() / 1000);
    if (principal.kind === 'anonymous') return count(`rate.address.${address}.${second}`, limits.anonymousPerAddress);
    await count(`rate.user.${principal.identity.realm}.${principal.user.id}.${second}`, limits.perUser);
    if (tenant) await count(`rate.tenant.${tenant.id}.${second}`, limits.perTenant);
  };
};
