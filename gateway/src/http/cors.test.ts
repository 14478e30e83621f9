import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

const shop = 'https://shop.example';
const other = 'https://other.example';
let gateway: TestGateway;
let acme: string;
beforeAll(async () => {
  gateway = await startGateway({ baseDomain: 'plexica.test' });
  gateway.directory.setTenant('acme', { allowedOrigins: [shop] });
  gateway.directory.setTenant('globex', { allowedOrigins: [other] });
  acme = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const preflight = async (origin: string) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  });
  return { status: response.status, allowed: response.headers.get('access-control-allow-origin'), headers: response.headers };
};
/** Over a socket of its own, since fetch sets the host itself. */
const askBeforehand = ({ url }: TestGateway, host: string, origin: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const asking = request(`${url}/graphql`, { method: 'OPTIONS', headers: { host, origin } }, (response) => resolve(response.resume()));
    asking.on('error', reject).end();
  });
const allowedTo = async (origin: string, token?: string, query = '{ me { id } }') =>
  (await ask(gateway, query, token, { origin })).headers.get('access-control-allow-origin');

describe('a front end of another origin', () => {
  it('may ask beforehand if any tenant allows it, and may then send what a request needs', async () => {
    const { status, allowed, headers } = await preflight(shop);
    expect([status, allowed]).toEqual([204, shop]);
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect((await preflight('https://unknown.example')).allowed).toBeNull();
    expect((await preflight('null')).allowed).toBeNull();
  });

  it('reads the answers of the tenant that allows it, and of no other', async () => {
    expect(await allowedTo(shop, acme)).toBe(shop);
    expect(await allowedTo(other, acme)).toBeNull();
    const { headers } = await ask(gateway, '{ me { id } }', acme, { origin: shop });
    expect(headers.get('vary')).toContain('origin');
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('reads a refusal as well, so that it can say what is wrong', async () => {
    expect(await allowedTo(shop, 'no token at all')).toBe(shop);
    expect(await allowedTo('https://unknown.example', 'no token at all')).toBeNull();
    expect(await allowedTo(shop, undefined, '{ tenantSignIn(slug: "acme") }')).toBe(shop);
  });

  it('reads events', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { origin: shop, accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${acme}` },
      body: JSON.stringify({ query: 'subscription { ticks(every: 5) { count } }' }),
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(shop);
    await response.body?.cancel();
  });

  it('is let in and out as the tenant decides, without a restart', async () => {
    gateway.directory.setTenant('acme', { allowedOrigins: [] });
    expect(await allowedTo(shop, acme)).toBeNull();
    expect((await preflight(shop)).allowed).toBeNull();
    gateway.directory.setTenant('acme', { allowedOrigins: [shop] });
    expect(await allowedTo(shop, acme)).toBe(shop);
  });

  it('goes by the host where that names the tenant', async () => {
    const allowed = async (origin: string) =>
      (await askBeforehand(gateway, 'globex.plexica.test', origin)).headers['access-control-allow-origin'];
    expect(await allowed(other)).toBe(other);
    expect(await allowed(shop)).toBeUndefined();
  });

  it('may not ask beforehand without end, whatever hosts are named', async () => {
    const now = new Date();
    await using own = await startGateway({ baseDomain: 'plexica.test', clock: () => now, rateLimits: { anonymousPerAddress: 5 } });
    const before = own.directory.asked.tenant;
    const asked = Array.from({ length: 30 }, (_, at) => askBeforehand(own, `tenant-${at}.plexica.test`, shop));
    const answers = await Promise.all(asked);

    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(25);
    expect(answers.find(({ statusCode }) => statusCode === 429)?.headers['retry-after']).toBe('1');
    expect(own.directory.asked.tenant - before).toBe(5);
  });
});
