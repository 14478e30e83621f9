import { anonymous } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import type { SubgraphAnswer, SubgraphConnection } from '../execute/subgraph-connection.ts';
import { createCallRoom } from './call-room.ts';

const caller = { claims: anonymous, requestId: 'r' };

/** One that answers when it is told to. */
const aSlowSubgraph = () => {
  const asked: string[] = [];
  const answers: PromiseWithResolvers<SubgraphAnswer>[] = [];
  const connection: SubgraphConnection = {
    name: 'crm',
    request: ({ query }) => {
      asked.push(query);
      const answer = Promise.withResolvers<SubgraphAnswer>();
      answers.push(answer);
      return answer.promise;
    },
    subscribe: () => {
      throw new Error('not here');
    },
  };
  return { connection, asked, answers };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('room for calls', () => {
  it('is for so many at once; the others come in their order, also after one that failed', async () => {
    const { connection, asked, answers } = aSlowSubgraph();
    const { request } = createCallRoom({ timeoutMs: 60_000, atMost: 2 }).around(connection);
    const calls = ['a', 'b', 'c', 'd'].map((query) => request({ query }, caller).catch((error: Error) => error.message));
    await settled();
    expect(asked).toEqual(['a', 'b']);
    answers[1]?.reject(new Error('away'));
    await settled();
    expect(asked).toEqual(['a', 'b', 'c']);
    answers[0]?.resolve({ data: { a: 1 } });
    await settled();
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    for (const answer of answers) answer.resolve({ data: {} });
    expect(await Promise.all(calls)).toEqual([{ data: { a: 1 } }, 'away', { data: {} }, { data: {} }]);
    void request({ query: 'e' }, caller);
    void request({ query: 'f' }, caller);
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('is waited for so long, and what gave up is never sent', async () => {
    const { connection, asked, answers } = aSlowSubgraph();
    const { request } = createCallRoom({ timeoutMs: 20, atMost: 1 }).around(connection);
    const first = request({ query: 'a' }, caller);
    await expect(request({ query: 'b' }, caller)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    answers[0]?.resolve({ data: {} });
    await first;
    void request({ query: 'c' }, caller);
    expect(asked).toEqual(['a', 'c']);
  });
});
