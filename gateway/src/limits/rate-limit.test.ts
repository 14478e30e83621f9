import { createInProcessSharedState } from '@plexica/foundation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

/** A user of this tenant. */
const tenant = (id: string) =>
  ({ principal: { kind: 'signed-in', identity: { realm: id }, user: { id: 'user-1' } }, address: undefined, tenant: { id } }) as never;
const costing = (subgraph: string, points: number) => ({ total: points, bySubgraph: new Map([[subgraph, points]]) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the points of one plugin', () => {
  it('are counted for each tenant, apart from other plugins, and anew each second', async () => {
    const rate = createRateLimit(createInProcessSharedState(), { costPerSubgraph: 10 });
    const asked = (who: string, plugin: string) =>
      rate.operation(tenant(who), costing(plugin, 10)).then(
        () => 'answered',
        ({ code }: { code: string }) => code,
      );

    expect([await asked('acme', 'crm'), await asked('acme', 'crm')]).toEqual(['answered', 'RATE_LIMITED']);
    expect([await asked('acme', 'wiki'), await asked('globex', 'crm')]).toEqual(['answered', 'answered']);
    vi.advanceTimersByTime(1_000);
    expect(await asked('acme', 'crm')).toBe('answered');
  });
});

describe('the points of events', () => {
  const event = {
    total: 3,
    bySubgraph: new Map([
      ['home', 2],
      ['crm', 1],
    ]),
  };
  const counted = () => {
    const state = createInProcessSharedState();
    const incrementAll = vi.spyOn(state, 'incrementAll');
    return { state, incrementAll };
  };
  const codeOf = (refusal: { readonly code: string } | undefined) => refusal?.code ?? 'completed';

  it('are counted a few times a second, however many they are', async () => {
    const { state, incrementAll } = counted();
    const pay = createRateLimit(state).events(tenant('acme'), event, 'home');
    for (let at = 0; at < 2_000; at += 1) {
      pay();
      if (at % 2) await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(200);

    expect(incrementAll.mock.calls.length).toBeLessThanOrEqual(12);
    const added = incrementAll.mock.calls.flatMap(([steps]) => steps).filter(({ key }) => key === 'rate.cost.tenant.acme');
    expect(added.reduce((sum, { by }) => sum + by, 0)).toBe(6_000);
  });

  it('are those of queries, at every replica', async () => {
    const { state } = counted();
    const [one, other] = [createRateLimit(state, { costPerTenant: 30 }), createRateLimit(state, { costPerTenant: 30 })];
    const [pay, payElsewhere] = [one, other].map((rate) => rate.events(tenant('acme'), event, 'home'));
    const paid = Array.from({ length: 12 }, () => codeOf(pay?.()));
    expect(paid).toEqual([...Array(10).fill('completed'), 'RATE_LIMITED', 'RATE_LIMITED']);
    await vi.advanceTimersByTimeAsync(150);

    await expect(other.operation(tenant('acme'), costing('crm', 1))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(codeOf(payElsewhere?.())).toBe('completed');
    await vi.advanceTimersByTimeAsync(150);
    expect(codeOf(payElsewhere?.())).toBe('RATE_LIMITED');
    expect(codeOf(other.events(tenant('globex'), event, 'home')())).toBe('completed');
    await vi.advanceTimersByTimeAsync(1_200);
    expect([codeOf(pay?.()), codeOf(payElsewhere?.())]).toEqual(['completed', 'completed']);
  });

  it('are not those of the subgraph that tells of them, which is asked nothing', async () => {
    const { state, incrementAll } = counted();
    createRateLimit(state).events(tenant('acme'), event, 'home')();
    await vi.advanceTimersByTimeAsync(150);
    expect(incrementAll.mock.calls[0]?.[0]).toEqual([
      { key: 'rate.cost.user.acme.user-1', by: 3 },
      { key: 'rate.cost.tenant.acme', by: 3 },
      { key: 'rate.cost.subgraph.acme.crm', by: 1 },
    ]);
  });

  it.each([
    ['open', ['completed', 'completed', 'completed', 'completed']],
    ['closed', ['completed', 'SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']],
  ] as const)('without their counters stay %s', async (withoutCounters, codes) => {
    const { state, incrementAll } = counted();
    incrementAll.mockRejectedValue(new Error('away'));
    const pay = createRateLimit(state, { withoutCounters, costPerTenant: 9 }).events(tenant('acme'), event, 'home');
    const paid: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      paid.push(codeOf(pay()));
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(paid).toEqual(codes);
  });

  it('keep nothing running once no event comes', async () => {
    const pay = createRateLimit(createInProcessSharedState()).events(tenant('acme'), event, 'home');
    pay();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
