import { createInProcessSharedState } from '@plexica/foundation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

const tenant = (id: string) => ({ principal: { kind: 'anonymous' }, address: id, tenant: { id } }) as never;
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
