import { afterAll, beforeAll, expect, it } from 'vitest';
import { compose } from '../execute/test/composed.ts';
import { shop } from '../execute/test/shop.ts';
import type { Admitted } from '../request.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { type OperationTexts, readOperation } from './read-operation.ts';

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

it('keeps documents as far as there is room for them', async () => {
  const { supergraph } = compose(shop);
  const admitted = { variant: { supergraph }, seesSchema: true } as unknown as Admitted;
  const texts = { registered: { concern: () => false } } as unknown as OperationTexts;
  const documentOf = async (query: string) => (await readOperation({ query }, admitted, texts)).document;
  const small = await documentOf('{ me { name } }');
  expect(await documentOf('{ me { name } }')).toBe(small);

  for (let at = 0; at < 20; at += 1) await documentOf(`query Q${at} { me { name } } ${'#'.repeat(60_000)}`);

  expect(await documentOf('{ me { name } }')).not.toBe(small);
});
