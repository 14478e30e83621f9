import { anonymous } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';
import { withRetries } from './retries.ts';

const caller = { claims: anonymous, requestId: 'r' };
const read = { query: '{ a }' };
const broken = () => new SubgraphUnavailableError('crm', 'the connection broke', { passing: true });

/** Fails this often, then answers. */
const failing = (times: number, error: () => Error = broken) => {
  let calls = 0;
  const connection: SubgraphConnection = {
    name: 'crm',
    request: async () => {
      calls += 1;
      if (calls <= times) throw error();
      return { data: { a: 1 } };
    },
    subscribe: async function* () {},
  };
  return { connection, calls: () => calls };
};

describe('retrying a read', () => {
  it('asks once more when the connection broke', async () => {
    const { connection, calls } = failing(1);
    expect(await withRetries(connection).request(read, caller)).toEqual({ data: { a: 1 } });
    expect(calls()).toBe(2);
  });

  it('asks twice at most', async () => {
    const { connection, calls } = failing(9);
    await expect(withRetries(connection).request(read, caller)).rejects.toThrow('the connection broke');
    expect(calls()).toBe(2);
  });

  it.each(['mutation { b }', ' mutation($x: ID) { b(x: $x) }'])('never asks twice for %s', async (query) => {
    const { connection, calls } = failing(1);
    await expect(withRetries(connection).request({ query }, caller)).rejects.toThrow();
    expect(calls()).toBe(1);
  });

  it('leaves be what failed by its own answer', async () => {
    const { connection, calls } = failing(1, () => new SubgraphUnavailableError('crm', 'it answered text/html in place of JSON'));
    await expect(withRetries(connection).request(read, caller)).rejects.toThrow();
    expect(calls()).toBe(1);
  });

  it('leaves be what took long to fail, and whose caller has gone', async () => {
    let now = 0;
    const slow = failing(1);
    const late: SubgraphConnection = {
      ...slow.connection,
      request: (...asked) => {
        now += 2_000;
        return slow.connection.request(...asked);
      },
    };
    await expect(withRetries(late, { now: () => now }).request(read, caller)).rejects.toThrow();
    const gone = failing(1);
    await expect(withRetries(gone.connection).request(read, { ...caller, signal: AbortSignal.abort() })).rejects.toThrow();
    expect([slow.calls(), gone.calls()]).toEqual([1, 1]);
  });

  it('keeps to its budget while everything fails', async () => {
    const { connection, calls } = failing(Number.POSITIVE_INFINITY);
    const retrying = withRetries(connection, { earned: 0.1, savedAtMost: 5 });
    for (let time = 0; time < 100; time += 1) await retrying.request(read, caller).catch(() => {});
    expect(calls()).toBeGreaterThanOrEqual(113);
    expect(calls()).toBeLessThanOrEqual(116);
  });
});
