import { networkOf, type SharedState } from '@plexica/foundation';
import type { Cost } from '../cost/operation-cost.ts';
import type { TenantRecord } from '../directory/directory.ts';
import { onceFor } from '../once-for.ts';
import type { SignedInPrincipal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';
import { type Allowance, createAllowances } from './allowances.ts';
import { createSmallChange, type Step } from './small-change.ts';

/** By the second, but for texts. */
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
  /** Characters by the hour of texts that are kept to be asked for by their hash. */
  readonly textsPerCaller: number;
  /** The same of a tenant, or of all together who have no token. */
  readonly textsPerTenant: number;
  /** Milliseconds of this process's thread for large bodies, and for texts that it has not read before. */
  readonly readingPerUser: number;
  /** The same of an address without a token. */
  readonly readingPerAddress: number;
  /** The same of a tenant, or of all together who have no token: a few addresses don't take it all. */
  readonly readingPerTenant: number;
  /** Characters of texts that this process keeps read and planned, where all on a plugin set have one room. */
  readonly keptPerUser: number;
  readonly keptPerAddress: number;
  readonly keptPerTenant: number;
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
  textsPerCaller: 500_000,
  textsPerTenant: 2_000_000,
  readingPerUser: 250,
  readingPerAddress: 100,
  readingPerTenant: 500,
  keptPerUser: 25_000,
  keptPerAddress: 5_000,
  keptPerTenant: 50_000,
  withoutCounters: 'open',
};

type Asking = Pick<Admitted, 'principal' | 'tenant' | 'address'>;

/** Names of counters. */
interface Account {
  readonly requests: string;
  readonly points: string;
  readonly texts: string;
  readonly reading: string;
  readonly kept: string;
}

const account = (name: string): Account => ({
  requests: `rate.${name}`,
  points: `rate.cost.${name}`,
  texts: `rate.texts.${name}`,
  reading: `reading.${name}`,
  kept: `kept.${name}`,
});
const accountOfUser = onceFor(({ identity, user }: SignedInPrincipal) => account(`user.${identity.realm}.${user.id}`));
const accountWithSubgraphs = (owner: string) => {
  const subgraphs = new Map<string, string>();
  const subgraph = (name: string): string => {
    const points = subgraphs.get(name) ?? account(`subgraph.${owner}.${name}`).points;
    subgraphs.set(name, points);
    return points;
  };
  return { ...account(`tenant.${owner}`), subgraph };
};
const accountOfTenant = onceFor(({ id }: TenantRecord) => accountWithSubgraphs(id));
/** Apart from the tenant's own: whoever names it without a token takes nothing from its users. */
const accountOfVisitors = onceFor(({ id }: TenantRecord) => accountWithSubgraphs(`${id}.anonymous`));
const accountOfCaller = ({ principal, address }: Omit<Asking, 'tenant'>): Account =>
  principal.kind === 'anonymous' ? account(`address.${networkOf(address)}`) : accountOfUser(principal);

const everybodyWithoutToken = account('anonymous');
/** Of all among whom one asks: those of a tenant, or whoever has no token, whichever tenant they name. */
const accountOfAll = ({ principal, tenant }: Asking): Account | undefined =>
  principal.kind === 'anonymous' ? everybodyWithoutToken : tenant && accountOfTenant(tenant);

/** Of a body or message that costs no more than any other. */
const fewCharacters = 10_000;
/** JSON with nothing but brackets in it, checked, and passed on. */
const readingMsPerCharacter = 50 / 1_000_000;

const secondLong = 1;
const hourLong = 3_600;

/** Pays for one event; with nothing left to pay by, says so. */
export type Pay = () => Refusal | undefined;

export type RateLimit = ReturnType<typeof createRateLimit>;

const tooMuch = (): Refusal => new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });

/** Counts by the second in SharedState, requests and what they cost. A second begins with the first that is counted in it. */
export const createRateLimit = (state: SharedState, given: Partial<RateLimits> = {}) => {
  const limits = { ...defaultRateLimits, ...given, withoutCounters: given.withoutCounters ?? defaultRateLimits.withoutCounters };
  const allowances = createAllowances();
  const add = async (steps: readonly Step[]): Promise<readonly number[]> => {
    try {
      return await state.incrementAll(steps, { ttlSeconds: secondLong });
    } catch {
      if (limits.withoutCounters === 'open') return steps.map(({ by }) => by);
      throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    }
  };
  /** Whoever has something left may spend more than that once, so that no operation within its own limit is refused for ever. */
  const spend = async (...steps: readonly Step[]): Promise<void> => {
    const totals = await add(steps);
    if (steps.some(({ by, limit }, at) => (totals[at] ?? 0) - by >= limit)) throw tooMuch();
  };

  const pointsOf = (asking: Asking, { total, bySubgraph }: Cost): readonly Step[] => {
    const points = Math.ceil(total);
    if (points === 0) return [];
    const steps: Step[] = [{ key: accountOfCaller(asking).points, by: points, limit: limits.costPerUser }];
    if (!asking.tenant) return steps;
    const tenant = (asking.principal.kind === 'anonymous' ? accountOfVisitors : accountOfTenant)(asking.tenant);
    steps.push({ key: tenant.points, by: points, limit: limits.costPerTenant });
    for (const [name, cost] of bySubgraph) steps.push({ key: tenant.subgraph(name), by: Math.ceil(cost), limit: limits.costPerSubgraph });
    return steps;
  };
  const allowancesOf = (asking: Asking, what: 'reading' | 'kept'): readonly Allowance[] => {
    const perSecond = limits[`${what}Per${asking.principal.kind === 'anonymous' ? 'Address' : 'User'}`];
    const own = { name: accountOfCaller(asking)[what], perSecond };
    const shared = accountOfAll(asking);
    return shared ? [own, { name: shared[what], perSecond: limits[`${what}PerTenant`] }] : [own];
  };
  const spendLittle = createSmallChange({
    count: (steps) => state.incrementAll(steps, { ttlSeconds: secondLong }),
    withoutCounters: limits.withoutCounters,
  });

  return {
    /** A request of a user, or of an address without a token. */
    async caller(asking: Omit<Asking, 'tenant'>): Promise<void> {
      const limit = asking.principal.kind === 'anonymous' ? limits.anonymousPerAddress : limits.perUser;
      await spend({ key: accountOfCaller(asking).requests, by: 1, limit });
    },

    /** The same request, once it is let through to a tenant: what is refused to one user takes nothing from the others. */
    async tenant({ principal, tenant }: Omit<Asking, 'address'>): Promise<void> {
      if (principal.kind === 'anonymous' || !tenant) return;
      await spend({ key: accountOfTenant(tenant).requests, by: 1, limit: limits.perTenant });
    },

    /** Whether a text of so many characters may be kept for whoever sent it. Of what is refused to one caller the others lose nothing. */
    async text(asking: Asking, characters: number): Promise<boolean> {
      const shared = accountOfAll(asking);
      const fits = async ({ texts: key }: Account, limit: number) =>
        (await state.increment(key, { by: characters, ttlSeconds: hourLong })) <= limit;
      return (await fits(accountOfCaller(asking), limits.textsPerCaller)) && (!shared || fits(shared, limits.textsPerTenant));
    },

    /** A body or message, before it is read. */
    received(asking: Asking, characters: number): void {
      if (characters <= fewCharacters) return;
      if (!allowances.take(allowancesOf(asking, 'reading'), characters * readingMsPerCharacter)) throw tooMuch();
    },

    /** Reads a text, paid for by the time it takes. */
    reading<Made>(asking: Asking, work: () => Made): Made {
      return allowances.during(allowancesOf(asking, 'reading'), work, tooMuch);
    },

    /** Whether a text that was read may stay, where another one goes for it. */
    keeping(asking: Asking, characters: number): boolean {
      return allowances.take(allowancesOf(asking, 'kept'), characters);
    },

    async operation(asking: Asking, cost: Cost): Promise<void> {
      const steps = pointsOf(asking, cost);
      if (steps.length > 0) await spend(...steps);
    },

    /**
     * For the events of one subscription that other subgraphs complete. Each costs as much as a query for the same, not the fetched part
     * alone: that may be scalars of a thousand objects, and scalars cost nothing. The subgraph that tells of them is asked nothing anew,
     * so of its own points nothing is taken.
     */
    events(asking: Asking, { total, bySubgraph }: Cost, source: string): Pay {
      const asked = new Map(bySubgraph);
      asked.delete(source);
      const steps = pointsOf(asking, { total, bySubgraph: asked });
      return () => spendLittle(steps);
    },
  };
};
