import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let authorization: string;
beforeAll(async () => {
  gateway = await startGateway();
  authorization = `Bearer ${await gateway.issuer.token('acme')}`;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const ask = async (accept: string, parts: object) => {
  const headers = { 'content-type': 'application/json', accept, authorization };
  const body = JSON.stringify({ query: '{ __typename }', ...parts });
  return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).text();
};

it.each<object>([
  { operationName: 1 },
  { operationName: {} },
  { variables: [] },
  { variables: 'x' },
  { extensions: [] },
  { extensions: 'x' },
])('refuses a request whose parts are not what they should be, over every transport: %j', async (parts) => {
  expect(await ask('application/json', parts)).toContain('"code":"BAD_USER_INPUT"');
  expect(await ask('text/event-stream', parts)).toContain('"code":"BAD_USER_INPUT"');
});

it.each<object>([{ operationName: null }, { variables: null }, { extensions: null }, {}])(
  'runs one whose parts are left out: %j',
  async (parts) => {
    for (const accept of ['application/json', 'text/event-stream']) expect(await ask(accept, parts)).toContain('{"__typename":"Query"}');
  },
);
