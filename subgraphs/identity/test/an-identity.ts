import { randomUUID } from 'node:crypto';
import type { DirectoryNotice, FilterChain, Mail } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import { createEmbeddedIdentityProvider, type IdentityProvider, issuerPersistence } from '@plexica/foundation/identity-provider';
import type { KeycloakIdentityProviderDeps } from '@plexica/foundation/keycloak';
import { anonymous, type Claims } from '@plexica/plugin-kit';
import { platformRealm } from '@plexica/schema';
import { graphql } from 'graphql';
import { decodeJwt } from 'jose';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { createChangeFor } from '../../foundation/src/change/create-change-for.ts';
import { aTestDatabase } from '../../foundation/src/database/testing/index.ts';
import {
  createIdentitySubgraph,
  createOnboarding,
  createPermissionRegistry,
  createPrincipals,
  createSignInPolicy,
  identityPersistence,
  type TenantState,
} from '../src/index.ts';

export const password = 'correct horse battery';

type ProviderParts = Pick<KeycloakIdentityProviderDeps, 'database' | 'clock' | 'log' | 'policy'>;

interface IdentityOptions {
  /** Stands between the subgraph and the embedded issuer, or in its place. */
  readonly provider?: (real: IdentityProvider, parts: ProviderParts) => IdentityProvider;
  readonly url?: string;
}

/** The identity subgraph on a database of its own, with two tenants: an admin, a user and a guest in each. */
export const anIdentity = async ({ provider = (real) => real, url = 'http://localhost:4000' }: IdentityOptions = {}) => {
  const db = await aTestDatabase({ modules: [issuerPersistence, identityPersistence] });
  const mails: Mail[] = [];
  const notices: DirectoryNotice[] = [];
  const tenants = new Map<string, TenantState>();
  let filters: FilterChain | undefined;
  let now = () => new Date();
  const { database } = db;
  const foundation = {
    database,
    clock: () => now(),
    newId: v7,
    log: pino({ level: 'silent' }),
    settings: { url, baseDomain: undefined, installation: db.installation, demo: false, pluginHosts: [], deletionGraceDays: 30 },
    mailer: { send: async (mail: Mail) => void mails.push(mail) },
    pubsub: {
      publish: (_topic: string, notice: unknown) => void notices.push(notice as DirectoryNotice),
      subscribe: () => (async function* () {})(),
      stop: async () => {},
    },
    changeFor: createChangeFor({ database, newId: v7, clock: () => now(), filters: () => filters, admit: async () => {} }),
    tenantStatus: async (slug: string) => tenants.get(slug),
  };
  const issuer = createEmbeddedIdentityProvider({
    url: foundation.settings.url,
    database,
    vault: { seal: (plain) => Buffer.from(plain).toString('base64'), open: (sealed) => Buffer.from(sealed, 'base64').toString() },
    state: {
      get: async () => undefined,
      set: async () => {},
      increment: async () => 1,
      incrementAll: async () => [],
      delete: async () => {},
      stop: async () => {},
    },
    clock: foundation.clock,
    newId: randomUUID,
    log: foundation.log,
    policy: () => policy,
    passwordCost: { N: 2 ** 10, r: 8, p: 1 },
  });
  const identity = provider(issuer, { database, clock: foundation.clock, log: foundation.log, policy: () => policy });
  const deps = { ...foundation, identity };
  const policy = createSignInPolicy(deps);
  const principals = createPrincipals(deps);
  const onboarding = createOnboarding(deps);
  const subgraph = createIdentitySubgraph(deps);

  const addTenant = async (slug: string) => {
    const tenant = { id: v7(), slug, status: 'ACTIVE' };
    await database.createTenantSchema(tenant);
    tenants.set(slug, tenant);
    await identity.createRealm(slug, 'Acme');
    await onboarding.createBuiltInRoles(tenant);
    for (const role of ['admin', 'user', 'guest']) {
      await onboarding.createUserWithPassword(tenant, {
        email: `${role}@${slug}.test`,
        displayName: `The ${role}`,
        password,
        roles: [role],
      });
    }
    return tenant;
  };
  const acme = await addTenant('acme-corp');
  const globex = await addTenant('globex-inc');

  /** What the gateway would assert about the bearer of this token. */
  const claimsOf = async (accessToken: string): Promise<Claims> => {
    const { iss = '', sub = '', sid, iat = 0, exp = 0 } = decodeJwt(accessToken);
    const realm = [platformRealm, ...tenants.keys()].find((slug) => identity.endpoints(slug).issuer === iss) ?? '';
    const principal = await principals.principal({ realm, subject: sub, session: String(sid), issuedAt: iat, expiresAt: exp });
    if (!principal || principal.revoked) return anonymous;
    const tenant = realm === platformRealm ? null : (tenants.get(realm) ?? null);
    return { ...anonymous, ...principal, session: String(sid), tenant: tenant && { id: tenant.id, slug: tenant.slug } };
  };

  const ask = async (claims: Claims, source: string, variableValues: Record<string, unknown> = {}) => {
    const contextValue = await subgraph.contextFor({ claims, requestId: randomUUID() });
    const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues, contextValue });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { data: data as any, codes: errors?.map(({ extensions, message }) => extensions.code ?? message) };
  };

  /** Signs in and speaks for that user; each request asks anew what they may do, as the gateway does. */
  const signIn = async (tenant: { slug: string }, name = 'admin', secret = password) => {
    const username = name.includes('@') ? name : `${name}@${tenant.slug}.test`;
    const { data } = await ask(anonymous, loginMutation, { input: { tenantSlug: tenant.slug, username, password: secret } });
    const { session, userErrors } = data.login;
    if (!session) throw new Error(`${username} cannot sign in: ${userErrors[0].code}`);
    return {
      ...(session as { accessToken: string; refreshToken: string; expiresIn: number; user: { id: string; email: string } }),
      id: session.user.id as string,
      claims: () => claimsOf(session.accessToken),
      ask: async (source: string, variables?: Record<string, unknown>) => ask(await claimsOf(session.accessToken), source, variables),
    };
  };

  return {
    acme,
    globex,
    platform: platformTenant,
    tenants,
    mails,
    notices,
    identity,
    issuer,
    database,
    subgraph,
    policy,
    principals,
    onboarding,
    registry: createPermissionRegistry(deps),
    deps,
    ask,
    anonymously: (source: string, variables?: Record<string, unknown>) => ask(anonymous, source, variables),
    signIn,
    claimsOf,
    useFilters: (chain: FilterChain) => {
      filters = chain;
    },
    setClock: (clock: () => Date) => {
      now = clock;
    },
    async eventsOf({ id }: { id: string }, name: string): Promise<unknown[]> {
      const sql = "select data from plexica.outbox where tenant_id = ? and name = ? and kind = 'event' order by id";
      const rows = await database.platform((em) => em.execute(sql, [id, name]));
      return rows.map(({ data }) => data);
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
};

export const loginMutation = `mutation ($input: LoginInput!) {
  login(input: $input) { session { accessToken refreshToken expiresIn user { id email } } userErrors { code message path plugin pluginCode } }
}`;
