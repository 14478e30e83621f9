import { isPublicAddress } from '@plexica/foundation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const deep = (field: string, levels: number, leaf: string) => `${`${field} { `.repeat(levels)}${leaf}${' }'.repeat(levels)}`;

describe('an attack on the gateway', () => {
  it('by a batch runs none of it', async () => {
    const body = JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ me { id } }' })));
    const { status, data } = await send(gateway, body, { authorization: `Bearer ${token}` });
    expect([status, data]).toEqual([400, undefined]);
  });

  it('by fragments that go round is refused when validated', async () => {
    const query = '{ me { ...A } } fragment A on User { friend { ...B } } fragment B on User { friend { ...A } }';
    expect((await ask(gateway, query, token)).codes).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  it('by introspection that goes round is refused when validated', async () => {
    const query = `{ __schema { types { ${deep('fields { type', 20, 'name')}${' }'.repeat(20)} } } }`;
    const { codes, data } = await ask(gateway, query, token);
    expect([codes, data]).toEqual([['GRAPHQL_VALIDATION_FAILED'], undefined]);
  });

  it('by a directive many times over is refused', async () => {
    const { codes, data } = await ask(gateway, `{ me { id ${'@include(if: true) '.repeat(500)} } }`, token);
    expect(data).toBeUndefined();
    expect(['COST_EXCEEDED', 'GRAPHQL_VALIDATION_FAILED']).toContain(codes[0]);
  });

  it('by guessing names without a token is told of none', async () => {
    const { text } = await ask(gateway, '{ tenantSignI(slug: "acme") }');
    expect(text).toContain('Cannot query field');
    expect(text).not.toContain('Did you mean');
  });

  it.each(['2002:7f00:1::1', '2001:0:7f00:1::', '64:ff9b:1::7f00:1', '::7f00:1', 'fec0::1', '::ffff:10.0.0.1', '100::1'])(
    'by an address inside in other clothes reaches nothing: %s',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  it('leaves public addresses open', () => {
    expect(['93.184.216.34', '2606:2800:220:1::1'].every(isPublicAddress)).toBe(true);
  });
});
