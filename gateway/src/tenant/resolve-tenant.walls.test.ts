import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type WireAnswer } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ baseDomain: 'plexica.test' });
  gateway.directory.setTenant('sleepy', { ...gateway.issuer.realm('sleepy'), status: 'SUSPENDED' });
  gateway.directory.setTenant('leaving', { ...gateway.issuer.realm('leaving'), status: 'PENDING_DELETION' });
  gateway.directory.setTenant('coming', { ...gateway.issuer.realm('coming'), status: 'PROVISIONING' });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const question = '{ me { email } tenant { slug } }';
/** Everything a client can see, byte for byte, except what differs between any two answers. */
const seen = ({ status, headers, text }: WireAnswer) => {
  const visible = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status, text, headers: visible };
};

describe('naming a tenant', () => {
  it('is done by header, by host, by token, or by all of them', async () => {
    const token = await gateway.issuer.token('acme');
    for (const headers of [{}, { 'x-tenant-slug': 'acme' }]) {
      expect((await ask(gateway, question, token, headers)).data.tenant).toEqual({ slug: 'acme' });
    }
    expect(await byHost(gateway, 'acme.plexica.test', token)).toContain('"slug":"acme"');
    expect(await byHost(gateway, 'ACME.plexica.test:4000', token)).toContain('"slug":"acme"');
    for (const host of ['plexica.test', 'localhost:4000', '127.0.0.1', 'elsewhere.test']) {
      expect(await byHost(gateway, host, token)).toContain('"slug":"acme"');
    }
  });

  it('fails when they disagree', async () => {
    const token = await gateway.issuer.token('acme');
    expect(await byHost(gateway, 'globex.plexica.test', token)).toContain('TENANT_NOT_FOUND');
    expect((await ask(gateway, question, token, { 'x-tenant-slug': 'plexica' })).codes).toEqual(['TENANT_NOT_FOUND']);
    const root = await gateway.issuer.token('plexica', { subject: 'root' });
    expect((await ask(gateway, question, root, { 'x-tenant-slug': 'acme' })).codes).toEqual(['TENANT_NOT_FOUND']);
  });

  it('shows of another’s tenant exactly what an unknown one shows', async () => {
    const token = await gateway.issuer.token('acme');
    const unknown = seen(await ask(gateway, question, token, { 'x-tenant-slug': 'nobody-here' }));
    expect(unknown).toMatchObject({ status: 404, text: expect.stringContaining('TENANT_NOT_FOUND') });
    for (const slug of ['globex', 'sleepy', 'leaving', 'coming', 'plexica', 'NO SUCH', 'x'.repeat(300)]) {
      expect([slug, seen(await ask(gateway, question, token, { 'x-tenant-slug': slug }))]).toEqual([slug, unknown]);
    }
  });

  it('shows an anonymous caller of a tenant that is not active exactly what an unknown one shows', async () => {
    const asNobody = async (slug: string, query: string) => seen(await ask(gateway, query, undefined, { 'x-tenant-slug': slug }));
    for (const query of [
      question,
      '{ users { id } }',
      '{ __schema { types { name } } }',
      '{ nothing }',
      'mutation { rename(name: "x") }',
    ]) {
      const unknown = await asNobody('nobody-here', query);
      for (const slug of ['sleepy', 'leaving', 'coming']) expect(await asNobody(slug, query)).toEqual(unknown);
    }
    expect((await ask(gateway, question, undefined, { 'x-tenant-slug': 'nobody-here' })).codes).toEqual(['TENANT_NOT_FOUND']);
  });

  it('shows of a deleted tenant what an unknown one shows, to its last tokens as well', async () => {
    gateway.directory.setTenant('over', gateway.issuer.realm('over'));
    const token = await gateway.issuer.token('over');
    expect((await ask(gateway, question, token)).status).toBe(200);

    gateway.directory.removeTenant('over');

    const acme = await gateway.issuer.token('acme');
    const unknown = seen(await ask(gateway, question, acme, { 'x-tenant-slug': 'nobody-here' }));
    expect(seen(await ask(gateway, question, token))).toEqual(unknown);
    expect(seen(await ask(gateway, question, acme, { 'x-tenant-slug': 'over' }))).toEqual(unknown);
    const unseen = await ask(gateway, question, await gateway.issuer.token('over', { session: 'unseen' }));
    expect([unseen.status, unseen.codes]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it('lets everybody reach the public fields, whatever tenant they name', async () => {
    for (const slug of [undefined, 'acme', 'sleepy', 'nobody-here', 'plexica']) {
      const { data } = await ask(gateway, 'mutation { login(slug: "acme") }', undefined, { 'x-tenant-slug': slug });
      expect([slug, data]).toEqual([slug, { login: 'welcome to acme' }]);
    }
  });

  it('tells of a suspension only who holds a token of that tenant', async () => {
    const own = await ask(gateway, question, await gateway.issuer.token('sleepy'), { 'x-tenant-slug': 'sleepy' });
    expect([own.status, own.codes, own.data]).toEqual([403, ['TENANT_SUSPENDED'], undefined]);
    for (const realm of ['leaving', 'coming']) {
      expect((await ask(gateway, question, await gateway.issuer.token(realm))).codes).toEqual(['TENANT_NOT_FOUND']);
    }
    const forged = await gateway.issuer.token('acme', { issuer: gateway.issuer.realm('sleepy').issuer });
    expect((await ask(gateway, question, forged)).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('notices a suspension within five seconds although nobody tells, and its end', async () => {
    gateway.directory.setTenant('initech', gateway.issuer.realm('initech'));
    const token = await gateway.issuer.token('initech');
    expect((await ask(gateway, question, token)).status).toBe(200);

    gateway.directory.setTenant('initech', { status: 'SUSPENDED' }, { silently: true });

    await expect.poll(async () => (await ask(gateway, question, token)).codes, { timeout: 5_000 }).toEqual(['TENANT_SUSPENDED']);
    gateway.directory.setTenant('initech', { status: 'ACTIVE' });
    expect((await ask(gateway, question, token)).status).toBe(200);
  });

  it('shows the platform to its own realm alone', async () => {
    const tenants = '{ tenants { id } }';
    const root = await gateway.issuer.token('plexica', { subject: 'root' });
    expect((await ask(gateway, tenants, root, { 'x-tenant-slug': 'plexica' })).data).toEqual({ tenants: [] });
    expect((await ask(gateway, tenants, await gateway.issuer.token('plexica'))).codes).toEqual(['FORBIDDEN']);
    expect((await ask(gateway, tenants, await gateway.issuer.token('acme'))).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect((await ask(gateway, tenants, undefined, { 'x-tenant-slug': 'plexica' })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

// `fetch` doesn't let anybody choose the host.
const byHost = ({ url }: TestGateway, host: string, token: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = request(`${url}/graphql`, { method: 'POST', headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(Buffer.concat(chunks).toString());
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: question }));
  });
