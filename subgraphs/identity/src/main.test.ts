import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createFoundation, createLogger, createPortTokens, readEnvironment, servePort } from '@plexica/foundation';
import { createEmbeddedIdentityProvider, issuerPersistence } from '@plexica/foundation/identity-provider';
import { type Claims, toTokenPayload } from '@plexica/plugin-kit';
import fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { aTestDatabase, built } from '../../foundation/src/database/testing/index.ts';
import { password } from '../test/an-identity.ts';
import { createOnboarding, createPrincipals, identityPersistence } from './index.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const acme = { id: v7(), slug: 'acme-corp', status: 'ACTIVE' };

/** The process alone, beside a tenancy that knows one tenant and plugins that filter nothing. */
const aProcess = async () => {
  await built('@plexica/identity');
  const test = await aTestDatabase({ modules: [issuerPersistence, identityPersistence] });
  const folder = await mkdtemp(join(tmpdir(), 'plexica-identity-'));
  const platform = fastify();
  const platformKey = 'k'.repeat(32);
  const ports = { tokens: createPortTokens(platformKey), log: createLogger({ level: 'silent' }) };
  await platform.register(async (routes) => {
    servePort(
      routes,
      'tenants',
      { bySlug: async (slug: string) => (slug === acme.slug ? acme : undefined), presentation: async () => undefined },
      ports,
    );
    // Without plugins nothing is filtered.
    servePort(routes, 'filters', { run: async (_name: string, payload: object) => payload }, ports);
  });
  await platform.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(platform.server.address() as AddressInfo).port}`;
  const variables = {
    PLEXICA_URL: url,
    PLEXICA_INSTALLATION: test.installation,
    PLEXICA_PLATFORM_KEY: platformKey,
    DATABASE_URL: test.url,
    DATABASE_OWNER_URL: test.ownerUrl,
    STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
    MAIL_URL: pathToFileURL(join(folder, 'mail')).href,
    LOG_LEVEL: 'info',
  };
  const foundation = await createFoundation(readEnvironment({ ...variables, LOG_LEVEL: 'silent' }), {
    modules: [issuerPersistence, identityPersistence],
    identity: (parts) =>
      createEmbeddedIdentityProvider({ ...parts, url, policy: () => ({ admit: async () => {}, failed: async () => {} }) }),
  });
  const deps = { ...foundation, tenantStatus: async () => acme };
  await foundation.database.createTenantSchema(acme);
  await foundation.identity.createRealm(acme.slug, 'Acme');
  const onboarding = createOnboarding(deps);
  await onboarding.createBuiltInRoles(acme);
  await onboarding.createUserWithPassword(acme, { email: 'admin@acme.test', displayName: 'Admin', password, roles: ['admin'] });

  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...variables, PORT: '0', PLEXICA_TENANCY_URL: url, PLEXICA_PLUGINS_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? '';
    if (address) break;
  }
  const sign = (claims: Claims, audience = 'identity', expiresInSeconds = 30) =>
    foundation.keys.sign(toTokenPayload(claims), { audience, expiresInSeconds });
  return {
    address,
    foundation,
    sign,
    /** An admin's claims, as the gateway would assert them. */
    async admin(): Promise<Claims> {
      const { subject, session } = await foundation.identity.signIn(acme.slug, { username: 'admin@acme.test', password });
      const principal = await createPrincipals(deps).principal({ realm: acme.slug, subject, session, issuedAt: 0, expiresAt: 0 });
      if (!principal) throw new Error('The admin is nobody.');
      const { user, roles, permissions, added } = principal;
      return { tenant: { id: acme.id, slug: acme.slug }, user, session, roles, permissions, added, configurationVersion: 0 };
    },
    async ask(headers: Record<string, string>, query = '{ me { email } }', values: object = {}) {
      const body = JSON.stringify({ query, variables: values });
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      return { status: response.status, body: (await response.json()) as any };
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return code;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await platform.close();
      await foundation.stop();
      await test[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

describe('the subgraph alone over HTTP', () => {
  it('answers a valid internal token of its own, and nothing else', async () => {
    await using service = await aProcess();
    const admin = await service.admin();
    const { privateKey } = await generateKeyPair('EdDSA');
    const forging = new SignJWT(toTokenPayload(admin)).setProtectedHeader({ alg: 'EdDSA' }).setIssuer('plexica').setAudience('identity');
    const refused: Record<string, string>[] = [
      {},
      { 'plexica-token': 'nonsense' },
      { 'plexica-token': await forging.setIssuedAt().setExpirationTime('30s').sign(privateKey) },
      { 'plexica-token': await service.sign(admin, 'tenancy') },
      { 'plexica-token': await service.sign(admin, 'identity', -10) },
      { authorization: `Bearer ${await service.sign(admin)}` },
      { 'x-tenant-slug': 'acme-corp', 'x-user-id': admin.user?.id ?? '' },
    ];

    for (const headers of refused) expect((await service.ask(headers)).status).toBe(401);
    expect((await service.ask({ 'plexica-token': await service.sign(admin) })).body).toEqual({
      data: { me: { email: 'admin@acme.test' } },
    });
    const powerless = await service.sign({ ...admin, permissions: [] });
    expect((await service.ask({ 'plexica-token': powerless }, '{ users { totalCount } }')).body.errors[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    expect(await service.stop()).toBe(0);
  });

  it('takes no replayed token five seconds after its session ended', async () => {
    await using service = await aProcess();
    const admin = await service.admin();
    const token = { 'plexica-token': await service.sign(admin) };
    expect((await service.ask(token)).status).toBe(200);

    await service.ask(token, 'mutation { logout { userErrors { code } } }');
    await new Promise((resolve) => setTimeout(resolve, 5000));

    expect((await service.ask(token)).status).toBe(401);
  });

  it('signs in at tenants that tenancy knows, and serves their issuer', async () => {
    await using service = await aProcess();
    const token = {
      'plexica-token': await service.sign({
        ...(await service.admin()),
        user: null,
        session: null,
        tenant: null,
        roles: [],
        permissions: [],
      }),
    };
    const login = `mutation ($slug: String!) { login(input: { tenantSlug: $slug, username: "admin@acme.test", password: "${password}" }) { session { user { email } } userErrors { code } } }`;

    expect((await service.ask(token, login, { slug: 'acme-corp' })).body.data.login.session.user.email).toBe('admin@acme.test');
    expect((await service.ask(token, login, { slug: 'nowhere' })).body.data.login.userErrors).toEqual([{ code: 'CREDENTIALS_INVALID' }]);
    expect((await fetch(`${service.address}/realms/acme-corp/.well-known/openid-configuration`)).status).toBe(200);
    expect((await fetch(`${service.address}/realms/nowhere/jwks`)).status).toBe(404);
  });
});
