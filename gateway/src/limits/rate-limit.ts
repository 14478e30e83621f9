import { networkOf, type SharedState } from '@plexica/foundation';
import type { Cost } from '../cost/operation-cost.ts';
import type { TenantRecord } from '../directory/directory.ts';
import { onceFor } from '../once-for.ts';
import type { SignedInPrincipal } from '../principal/principal.ts';
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

/** Names of counters. */
interface Account {
  readonly requests: string;
  readonly points: string;
}

const account = (name: string): Account => ({ requests: `rate.${name}`, points: `rate.cost.${name}` });
const accountOfUser = onceFor(({ identity, user }: SignedInPrincipal) => account(`user.${identity.realm}.${user.id}`));
const accountOfTenant = onceFor(({ id }: TenantRecord) => {
  const subgraphs = new Map<string, string>();
  const subgraph = (name: string): string => {
    const points = subgraphs.get(name) ?? account(`subgraph.${id}.${name}`).points;
    subgraphs.set(name, points);
    return points;
  };
  return { ...account(`tenant.${id}`), subgraph };
});
const accountOfCaller = ({ principal, address }: Asking): Account =>
  principal.kind === 'anonymous' ? account(`address.${networkOf(address)}`) : accountOfUser(principal);

const secondLong = 1;

/** Counts by the second in SharedState, requests and what they cost. A second begins with the first that is counted in it. */
export const createRateLimit = (state: SharedState, given: Partial<RateLimits> = {}) => {
  const limits = { ...defaultRateLimits, ...given, withoutCounters: given.withoutCounters ?? defaultRateLimits.withoutCounters };
  const add = async (counter: string, by: number): Promise<number> => {
    try {
      return await state.increment(counter, { by, ttlSeconds: secondLong });
    } catch {
      if (limits.withoutCounters === 'open') return by;
      throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    }
  };
  const count = async (counter: string, limit: number): Promise<void> => {
    if ((await add(counter, 1)) > limit) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };
  /** Whoever has points left may spend more than that once, so that no operation within its own limit is refused for ever. */
  const spend = async (counter: string, points: number, limit: number): Promise<void> => {
    if ((await add(counter, points)) - points >= limit) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };

  return {
    async request(asking: Asking): Promise<void> {
      const { requests } = accountOfCaller(asking);
      if (asking.principal.kind === 'anonymous') return count(requests, limits.anonymousPerAddress);
      await count(requests, limits.perUser);
      if (asking.tenant) await count(accountOfTenant(asking.tenant).requests, limits.perTenant);
    },

    async operation(asking: Asking, { total, bySubgraph }: Cost): Promise<void> {
      const points = Math.ceil(total);
      if (points === 0) return;
      const spent = [spend(accountOfCaller(asking).points, points, limits.costPerUser)];
      if (asking.tenant) {
        const tenant = accountOfTenant(asking.tenant);
        spent.push(spend(tenant.points, points, limits.costPerTenant));
        for (const [name, cost] of bySubgraph) spent.push(spend(tenant.subgraph(name), Math.ceil(cost), limits.costPerSubgraph));
      }
      await Promise.all(spent);
    },
  };
};
