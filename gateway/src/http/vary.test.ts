import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let authorization: string;
beforeAll(async () => {
  gateway = await startGateway();
  gateway.switchTo('acme', 'core+analytics');
  authorization = `Bearer ${await gateway.issuer.token('acme')}`;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };
const asked = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;

/** The names in `Vary`, of an answer to a request that sends no header of its own accord, as fetch does. */
const varied = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  new Promise<{ readonly status?: number; readonly etag?: string; readonly names: readonly string[] }>((resolve, reject) =>
    request(`${gateway.url}${path}`, { method, headers }, (response) => {
      const { statusCode: status, headers } = response;
      resolve({ status, etag: headers.etag, names: headers.vary?.split(', ').toSorted() ?? [] });
      // Also the one that streams.
      response.destroy();
    })
      .on('error', reject)
      .end(body),
  );

const all = ['accept', 'accept-encoding', 'apollographql-client-name', 'authorization', 'origin', 'x-tenant-slug'];

describe('an answer that depends on what was sent beside the question', () => {
  const kept = { authorization: '', 'apollo-require-preflight': '1' };
  beforeAll(() => void Object.assign(kept, { authorization }));

  it.each([
    ['that a page of the same origin may keep', asked('{ me { id } }'), {}],
    ['that a page of another origin may keep', asked('{ me { id } }'), { origin: 'https://shop.example' }],
    ['that is large and was not compressed', asked('{ analyticsBulk(bytes: 20000) }'), {}],
    ['that is large and was compressed', asked('{ analyticsBulk(bytes: 20000) }'), { 'accept-encoding': 'gzip' }],
    [
      'that asks for the text of a hash',
      `/graphql?extensions=${encodeURIComponent('{"persistedQuery":{"version":1,"sha256Hash":"a"}}')}`,
      {},
    ],
    ['that is refused', asked('{ nothing }'), { accept: 'application/graphql-response+json' }],
    ['that is refused without GraphQL', asked('{ me { id } }'), { authorization: 'Bearer x.y.z' }],
  ])('says so by GET: one %s', async (_, path, headers) => {
    expect((await varied('GET', path, { ...kept, ...headers })).names).toEqual(all);
  });

  it('says so again where nothing has changed', async () => {
    const { etag = '' } = await varied('GET', asked('{ me { id } }'), kept);
    expect(await varied('GET', asked('{ me { id } }'), { ...kept, 'if-none-match': etag })).toEqual({ status: 304, etag, names: all });
  });

  it('says so by POST, for JSON and for events', async () => {
    const body = JSON.stringify({ query: '{ me { id } }' });
    expect((await varied('POST', '/graphql', { ...json, authorization }, body)).names).toEqual(all);
    expect((await varied('POST', '/graphql', { ...json, authorization, accept: 'text/event-stream' }, body)).names).toEqual(all);
    expect((await varied('PUT', '/graphql', { ...json, authorization }, body)).names).toEqual(all);
  });

  it('says so where a browser gets a page in place of it', async () => {
    const { status, names } = await varied('GET', '/graphql', { accept: 'text/html' });
    expect([status, names]).toEqual([200, all]);
  });

  it('says so to a preflight, which depends on the origin alone', async () => {
    const { names } = await varied('OPTIONS', '/graphql', { origin: 'https://shop.example', 'access-control-request-method': 'POST' });
    expect(names).toEqual(['access-control-request-method', 'origin']);
  });
});
