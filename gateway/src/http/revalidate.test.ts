import { hash } from 'node:crypto';
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

const get = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { authorization, 'apollo-require-preflight': '1', ...headers },
  });
const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

describe('an answer to GET', () => {
  it('may be kept by its reader and asked about again', async () => {
    const first = await get('{ me { id } }');
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toContain('authorization');

    const again = await get('{ me { id } }', { 'if-none-match': `"other", ${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('{ me { email } }', { 'if-none-match': etag })).status).toBe(200);
  });

  it('has not changed for whoever names its tag, among others and as strong or weak, or has any', async () => {
    const { headers } = await get('{ me { id } }');
    const [, tag] = headers.get('etag')?.match(/^W\/("[\w-]{43}")$/) ?? [];
    const status = async (known: string) => (await get('{ me { id } }', { 'if-none-match': known })).status;

    for (const known of ['*', ' * ', `${tag}`, `W/${tag}`, `"a,b",W/"c" ,${tag}`, `W/"x", W/${tag}`])
      expect([known, await status(known)]).toEqual([known, 304]);
    for (const known of ['', '"*"', '"other"', `${tag}`.slice(1, -1), `"x${tag}`, `"${`${tag}`.slice(1, 20)}"`])
      expect([known, await status(known)]).toEqual([known, 200]);
    const wrong = await get('{ nothing }', { 'if-none-match': '*', accept: 'application/graphql-response+json' });
    expect(wrong.status).toBe(400);
  });

  it('is not kept when it is an error, nor is any answer to POST', async () => {
    expect((await get('{ nothing }', { accept: 'application/graphql-response+json' })).headers.get('cache-control')).toBe('no-store');
    const { headers } = await post('{ me { id } }');
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
  });

  it('by its hash alone may be kept as well, and names nothing of who reads it', async () => {
    const query = '{ me { id email } }';
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } });
    const byHash = (headers: Record<string, string> = {}) =>
      fetch(`${gateway.url}/graphql?extensions=${encodeURIComponent(extensions)}`, {
        headers: { authorization, 'apollo-require-preflight': '1', ...headers },
      });
    expect((await byHash()).headers.get('cache-control')).not.toContain('public');
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query, extensions: JSON.parse(extensions) }),
    });

    const kept = await byHash();

    expect([kept.status, kept.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    const etag = kept.headers.get('etag') ?? '';
    expect((await byHash({ 'if-none-match': etag })).status).toBe(304);
    const other = `Bearer ${await gateway.issuer.token('acme', { subject: 'root' })}`;
    expect((await byHash({ 'if-none-match': etag, authorization: other })).status).toBe(200);
  });

  it('is refused to a page that could not have asked beforehand', async () => {
    const bare = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{ me { id } }')}`, { headers: { authorization } });
    expect(bare.status).toBe(400);
  });

  it('never runs a mutation', async () => {
    expect((await get('mutation { login(slug: "acme") }')).status).toBe(405);
  });
});

describe('a large answer', () => {
  const bulk = '{ analyticsBulk(bytes: 20000) }';

  it('is compressed for whoever accepts it, and for nobody else', async () => {
    const compressed = await post(bulk, { 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(((await compressed.json()) as { data: { analyticsBulk: string } }).data.analyticsBulk).toHaveLength(20_000);
    expect((await post(bulk, { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
    expect((await post('{ me { id } }', { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBeNull();
  });
});

describe('@defer', () => {
  it.each(['{ me { id ... @defer { email } } }', '{ me { id ...F @defer } } fragment F on User { email }', '{ users @stream { id } }'])(
    'is refused in words: %s',
    async (query) => {
      const response = await post(query, { accept: 'multipart/mixed; deferSpec=20220824, application/json' });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
      expect(errors[0]).toMatchObject({
        message: expect.stringMatching(/@(defer|stream)/),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    },
  );
});
