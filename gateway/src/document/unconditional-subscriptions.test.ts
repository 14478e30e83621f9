import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('@skip and @include at the root of a subscription', () => {
  const asked = [
    'subscription ($with: Boolean!) { ticks @include(if: $with) { count } }',
    'subscription ($with: Boolean = true) { ...Root @skip(if: $with) } fragment Root on Subscription { ticks { count } }',
    'subscription ($with: Boolean = true) { ...Root } fragment Root on Subscription { ... @include(if: $with) { ticks { count } } }',
    'subscription { ticks @skip(if: false) { count } }',
  ];

  it.each(asked)('are refused over every transport: %s', async (query) => {
    const refusal = { message: expect.stringMatching(/^A subscription has no @(skip|include) at its root\.$/) };
    const error = expect.objectContaining({ ...refusal, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

    const http = await ask(gateway, query, token, {}, { with: true });
    expect([http.status, JSON.parse(http.text).errors]).toEqual([200, expect.arrayContaining([error])]);
    for (const transport of ['ws', 'sse'] as const) {
      const { results, ended } = watch(transport, gateway, query, { authorization: `Bearer ${token}` });
      await ended;
      expect(results[0]?.errors).toEqual(expect.arrayContaining([error]));
    }
  });

  it('are answered below it', async () => {
    const query = 'subscription { ticks { count @skip(if: true) __typename } }';
    const { results, stop, ended } = watch('ws', gateway, query, { authorization: `Bearer ${token}` });
    await expect.poll(() => results[0]).toEqual({ data: { ticks: { __typename: 'Tick' } } });
    stop();
    await ended;
  });

  it('are told beside what else is wrong with the text', async () => {
    const { codes } = await ask(gateway, `query A { nothing } ${asked[0]?.replace('subscription', 'subscription B')}`, token);
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED']);
  });
});
