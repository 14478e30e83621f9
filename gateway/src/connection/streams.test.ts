import { anonymous } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import type { StreamCaller, SubgraphAnswer, SubgraphConnection } from '../execute/subgraph-connection.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import { withStreamRoom } from './stream-room.ts';

const caller: StreamCaller = { claims: anonymous, requestId: 'r' };
const asked = { query: 'subscription { ticks }' };
const event: SubgraphAnswer = { data: { ticks: 1 } };

/** A subgraph whose streams do as they are told, and which counts how often it was asked for one. */
const aSubgraph = () => {
  let times = 0;
  let behaviour: (signal: AbortSignal | undefined) => AsyncIterable<SubgraphAnswer> = works;
  const connection: SubgraphConnection = {
    name: 'clock',
    request: async () => event,
    async *subscribe(_, { signal }, opened) {
      times += 1;
      if (behaviour !== fails) opened?.();
      yield* behaviour(signal);
    },
  };
  return {
    connection,
    times: () => times,
    does(next: typeof behaviour) {
      behaviour = next;
    },
  };
};
async function* works() {
  yield event;
}
// biome-ignore lint/correctness/useYield: it fails before its first event
async function* fails(): AsyncGenerator<SubgraphAnswer> {
  throw new Error('refused');
}
async function* breaksOff() {
  yield event;
  throw new Error('broke off');
}

const listen = async (connection: SubgraphConnection, by = caller) => {
  const events: SubgraphAnswer[] = [];
  try {
    for await (const each of connection.subscribe(asked, by)) events.push(each);
    return events;
  } catch (error) {
    return (error as Error).message;
  }
};
const rests = expect.stringContaining('rests for a moment');

describe('streams of a subgraph that keeps failing', () => {
  it('rest after five failures, while its answers go on', async () => {
    const subgraph = aSubgraph();
    const connection = withCircuitBreaker(subgraph.connection, { now: () => 0 });
    subgraph.does(fails);
    for (let time = 0; time < 5; time += 1) expect(await listen(connection)).toBe('refused');
    for (let time = 0; time < 10; time += 1) expect(await listen(connection)).toEqual(rests);
    expect(subgraph.times()).toBe(5);
    expect(await connection.request(asked, caller)).toEqual(event);
  });

  it('are tried by one after the pause, who decides for all', async () => {
    let now = 0;
    const subgraph = aSubgraph();
    const connection = withCircuitBreaker(subgraph.connection, { now: () => now, pauseMs: 1_000 });
    subgraph.does(fails);
    for (let time = 0; time < 5; time += 1) await listen(connection);
    now = 1_001;
    expect(await Promise.all([listen(connection), listen(connection)])).toEqual(['refused', rests]);
    now = 2_002;
    subgraph.does(works);
    expect(await listen(connection)).toEqual([event]);
    expect(await listen(connection)).toEqual([event]);
  });

  it('don’t rest for those that broke off after they had begun, nor for callers who left', async () => {
    const subgraph = aSubgraph();
    const connection = withCircuitBreaker(subgraph.connection, { now: () => 0 });
    subgraph.does(breaksOff);
    for (let time = 0; time < 9; time += 1) expect(await listen(connection)).toBe('broke off');
    subgraph.does(fails);
    for (let time = 0; time < 9; time += 1) expect(await listen(connection, { ...caller, signal: AbortSignal.abort() })).toBe('refused');
  });
});

describe('the room for streams of one subgraph', () => {
  it('is given back by those that end, fail or are left', async () => {
    const subgraph = aSubgraph();
    const connection = withStreamRoom(subgraph.connection, 2);
    const held = [connection.subscribe(asked, caller), connection.subscribe(asked, caller)].map((each) => each[Symbol.asyncIterator]());
    for (const each of held) await each.next();
    expect(await listen(connection)).toContain('2 streams open already');
    await held[0]?.return?.();
    expect(await listen(connection)).toEqual([event]);
    subgraph.does(fails);
    for (let time = 0; time < 3; time += 1) expect(await listen(connection)).toBe('refused');
  });
});
