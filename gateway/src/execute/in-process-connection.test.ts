import { setTimeout as sleep } from 'node:timers/promises';
import { anonymous, type Subgraph, type SubgraphCall } from '@plexica/plugin-kit';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createInProcessConnection } from './in-process-connection.ts';
import { aCaller, aSubgraph } from './test/composed.ts';

const typeDefs = 'type Query { me: String, slow: String } type Subscription { ticks: Int }';

const watched = (contextFor?: Subgraph['contextFor']) => {
  const seen = { calls: [] as SubgraphCall[], released: 0, stopped: 0 };
  const ticks = async function* () {
    try {
      yield { ticks: 1 };
      yield { ticks: 2 };
      await sleep(60_000, undefined, { ref: false });
    } finally {
      seen.stopped += 1;
    }
  };
  const resolvers = {
    Query: {
      me: (_: unknown, _args: unknown, { call }: { call: SubgraphCall }) => call.claims.roles.join(),
      slow: () => sleep(50, 'done'),
    },
    Subscription: { ticks: { subscribe: ticks } },
  };
  const subgraph = aSubgraph('core', { typeDefs, resolvers });
  const connection = createInProcessConnection({
    ...subgraph,
    contextFor:
      contextFor ??
      (async (call) => {
        seen.calls.push(call);
        const release = async () => {
          seen.released += 1;
        };
        return { call, release };
      }),
  });
  return { connection, seen };
};

describe('a subgraph in this process', () => {
  it('gets the claims, and releases its context once it has answered', async () => {
    const { connection, seen } = watched();

    const answer = await connection.request({ query: '{ me }' }, aCaller({ claims: { ...anonymous, roles: ['admin'] }, traceparent: 't' }));

    expect(answer.data).toEqual({ me: 'admin' });
    expect(seen.calls).toEqual([{ claims: { ...anonymous, roles: ['admin'] }, requestId: 'test', traceparent: 't' }]);
    expect(seen.released).toBe(1);
  });

  it('answers what it cannot parse or does not know by errors, without a context', async () => {
    const { connection, seen } = watched();

    expect((await connection.request({ query: '{ me' }, aCaller())).errors?.[0]?.message).toContain('Syntax Error');
    expect((await connection.request({ query: '{ you }' }, aCaller())).errors?.[0]?.message).toContain('Cannot query field "you"');
    expect(seen.calls).toEqual([]);
  });

  it('refuses a caller by its own error, and is unavailable for anything else', async () => {
    const refusing = watched(() => Promise.reject(new GraphQLError('No', { extensions: { code: 'UNAUTHENTICATED' } })));
    const broken = watched(() => Promise.reject(new Error('no database')));

    expect((await refusing.connection.request({ query: '{ me }' }, aCaller())).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    await expect(broken.connection.request({ query: '{ me }' }, aCaller())).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      subgraph: 'core',
    });
  });

  it('is not waited for when the caller has gone', async () => {
    const { connection, seen } = watched();
    const gone = new AbortController();

    const answer = connection.request({ query: '{ slow }' }, aCaller({ signal: gone.signal }));
    gone.abort();

    await expect(answer).rejects.toThrow('the caller has gone');
    await expect.poll(() => seen.released).toBe(1);
  });

  it('streams its events, and releases its context at the end of the stream', async () => {
    const { connection, seen } = watched();
    const stream = connection.subscribe({ query: 'subscription { ticks }' }, aCaller());

    const events: unknown[] = [];
    for await (const { data } of stream) {
      events.push({ ...data });
      if (events.length === 2) break;
    }

    expect(events).toEqual([{ ticks: 1 }, { ticks: 2 }]);
    expect(seen).toMatchObject({ released: 1, stopped: 1 });
  });
});
