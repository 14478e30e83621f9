import { anonymous } from '@plexica/plugin-kit';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';

it('rests no longer than its pause, also where the clock is set back meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  let away = true;
  const crm = {
    name: 'crm',
    async request() {
      if (away) throw new Error('away');
      return { data: {} };
    },
  } as unknown as SubgraphConnection;
  const { request } = withCircuitBreaker(crm, { failures: 2, pauseMs: 50 });
  const asked = () => request({ query: '{ crm }' }, { claims: anonymous, requestId: 'r' }).catch(({ message }: Error) => message);
  await asked();
  await asked();
  expect(await asked()).toContain('rests for a moment');

  away = false;
  vi.setSystemTime(Date.now() - 3_600_000);
  await new Promise((resolve) => setTimeout(resolve, 60));

  expect(await asked()).toEqual({ data: {} });
});
