import { networkOf, type SharedState } from '@plexica/foundation';
import type { Cost } from '../cost/operation-cost.ts';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';

/** All by the second. */
export interface RateLimits {
  /** Requests. */
  readonly perUser: number;
  readonly perTenant: number;
  readonly anonymousPerAddress: number;
  /** Points of estimated cost. */
  readonly costPerUser: number;
  readonly costPerTenant: number;
  /** Of one plugin, or one part of the core, for one tenant. */
  readonly costPerSubgraph: number;
  /** What becomes of requests while the counters can't be reached. */
  readonly withoutCounters: 'open' | 'closed';
}

export const defaultRateLimits: RateLimits = {
  perUser: 1_000,
  perTenant: 5_000,
  anonymousPerAddress: 200,
  costPerUser: 100_000,
  costPerTenant: 1_000_000,
  costPerSubgraph: 500_000,
  withoutCounters: 'open',
};

type Asking = Pick<Admitted, 'principal' | 'tenant' | 'address'>;

/** Counts by the second in SharedState, requests and what they cost. */
export const createRateLimit = (state: SharedState, clock: () => Date, given: Partial<RateLimits> = {}) => {
  const limits = { ...defaultRateLimits, ...given, withoutCounters: given.withoutCounters ?? defaultRateLimits.withoutCounters };
  const add = async (key: string, by: number): Promise<number> => {
    const second = Math.floor(clock().getTime() / 1000);
    try {
      return await state.increment(`rate.${key}.${second}`, { by, ttlSeconds: 2 });
    } catch {
      if (limits.withoutCounters === 'open') return by;
      throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    }
  };
  const count = async (key: string, limit: number): Promise<void> => {
    if ((await add(key, 1)) > limit) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };
  /** Whoever has points left may spend more than that once, so that no operation within its own limit is refused for ever. */
  const spend = async (key: string, points: number, limit: number): Promise<void> => {
    if ((await add(`cost.${key}`, points)) - points >= limit) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };

  return {
    async request({ principal, tenant, address }: Asking): Promise<void> {
      if (principal.kind === 'anonymous') return count(`address.${networkOf(address)}`, limits.anonymousPerAddress);
      await count(`user.${principal.identity.realm}.${principal.user.id}`, limits.perUser);
      if (tenant) await count(`tenant.${tenant.id}`, limits.perTenant);
    },

    async operation({ principal, tenant, address }: Asking, { total, bySubgraph }: Cost): Promise<void> {
      const points = Math.ceil(total);
      if (points === 0) return;
      const caller =
        principal.kind === 'anonymous' ? `address.${networkOf(address)}` : `user.${principal.identity.realm}.${principal.user.id}`;
      const spent = [spend(caller, points, limits.costPerUser)];
      if (tenant) {
        spent.push(spend(`tenant.${tenant.id}`, points, limits.costPerTenant));
        for (const [name, cost] of bySubgraph) spent.push(spend(`subgraph.${tenant.id}.${name}`, Math.ceil(cost), limits.costPerSubgraph));
      }
      await Promise.all(spent);
    },
  };
};
