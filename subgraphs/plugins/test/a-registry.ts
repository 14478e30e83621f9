import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createFoundation, createLogger, type DirectoryNotice, readEnvironment } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { aTestDatabase } from '@plexica/foundation/testing';
import type { Claims, PluginManifest } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { graphql, parse, subscribe } from 'graphql';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { v7 } from 'uuid';
import { type CreatePluginsDeps, createComposer, createPlugins, pluginsPersistence } from '../src/index.ts';
import { aService, type Service } from './a-service.ts';
import { claimsIn, platformAdmin } from './claims.ts';
import { core, crmSdl } from './core.ts';

export const crm = { id: 'crm', name: 'CRM', version: '1.0.0', description: 'Contacts and deals.' };

// Composing depends on nothing but what is composed: one thread, warm after the first, does for all.
const composer = createComposer();

/** The plugins subgraph on a database of its own with two tenants, its routes listening, its operations and hooks at work. */
export const aRegistry = async (options: Partial<Pick<CreatePluginsDeps, 'deliveries' | 'permissionRegistry'>> = {}) => {
  const home = await aTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'plexica-plugins-'));
  const environment = readEnvironment({
    PLEXICA_URL: 'http://localhost:4000',
    PLEXICA_INSTALLATION: home.installation,
    PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
    PLEXICA_PLUGIN_HOSTS: '127.0.0.1',
    DATABASE_URL: home.url,
    DATABASE_OWNER_URL: home.ownerUrl,
    STORAGE_URL: `${pathToFileURL(folder).href}/storage`,
    MAIL_URL: `${pathToFileURL(folder).href}/mail`,
  });
  const foundation = await createFoundation(environment, {
    modules: [pluginsPersistence],
    identity: async () => ({}) as never,
    log: createLogger({ level: 'silent' }),
    pauseMs: () => 1,
  });
  const tenants = new Map<string, TenantKey>();
  const aTenant = async (slug: string): Promise<TenantKey> => {
    const tenant = { id: v7(), slug };
    tenants.set(tenant.id, tenant);
    await foundation.database.createTenantSchema(tenant);
    return tenant;
  };
  const permissions: string[] = [];
  const ended = new Set<string>();
  const plugins = createPlugins({
    ...foundation,
    permissionRegistry: {
      add: async ({ slug }, id, added) => void permissions.push(...added.map(({ name, roles }) => `+ ${slug} ${id} ${name} ${roles}`)),
      remove: async ({ slug }, id) => void permissions.push(`- ${slug} ${id}`),
    },
    tenants: { byId: async (id) => tenants.get(id) },
    core: () => [...core.filter(({ name }) => name !== 'plugins'), plugins.subgraph],
    composer,
    deliveries: { attemptsAtMost: 3, pauseMs: () => 20 },
    ...options,
  });
  foundation.useFilters(plugins.filters);
  plugins.registerOperations();
  const [acme, globex] = [await aTenant('acme'), await aTenant('globex')];
  await foundation.database.migrate();
  await plugins.sets.ensureInitialSupergraphs();
  await foundation.operations.work();
  const stopHooks = await plugins.startHooks();
  const server = Fastify({ forceCloseConnections: true });
  await plugins.registerRoutes(server, {
    whoIs: async ({ headers }) => (headers.authorization ? { userId: headers.authorization } : undefined),
    sessionCounts: async ({ session }) => !session || !ended.has(session),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });

  const contextFor = (claims: Claims) => plugins.subgraph.contextFor({ claims, requestId: v7() });
  const ask = async (claims: Claims, source: string, variableValues: Record<string, unknown> = {}) => {
    const { data, errors } = await graphql({
      schema: plugins.subgraph.schema,
      source,
      variableValues,
      contextValue: await contextFor(claims),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { data: data as any, codes: errors?.map(({ extensions, message }) => extensions.code ?? message) };
  };
  const mutate = async (claims: Claims, name: string, input: object, fields: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
    const source = `mutation ($input: ${type}) { ${name}(input: $input) { ${fields} userErrors { code message path plugin pluginCode } } }`;
    const { data, codes } = await ask(claims, source, { input });
    if (codes) throw new Error(codes.join());
    return data[name];
  };
  const services: Service[] = [];
  const state = `installation { status version pluginVersion problems { code message } } operation { id }`;

  return {
    foundation,
    plugins,
    acme,
    globex,
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    permissions,
    endSession: (session: string) => void ended.add(session),
    ask,
    mutate,
    aTenant,
    publish: (manifest: Partial<PluginManifest> | object = {}, sdl = crmSdl, uiBundle?: string) =>
      mutate(platformAdmin, 'publishPlugin', { manifest: { ...crm, ...manifest }, sdl, uiBundle }, 'plugin { id latestVersion }'),
    /** Published, with a service that runs; its credential. */
    async offer(manifest: Partial<PluginManifest> | object = {}, sdl = crmSdl) {
      const { id, version } = { ...crm, ...manifest };
      const published = await this.publish(manifest, sdl);
      if (published.userErrors.length) throw new Error(JSON.stringify(published.userErrors));
      const service = await aService(id, createLocalJWKSet((await foundation.keys.jwks()) as unknown as JSONWebKeySet));
      services.push(service);
      const { credential } = await mutate(
        platformAdmin,
        'registerPluginService',
        { pluginId: id, version, url: service.url },
        'credential',
      );
      return Object.assign(service, { credential: credential as string });
    },
    install: (tenant: TenantKey, input: object = {}) => mutate(claimsIn(tenant), 'installPlugin', { pluginId: 'crm', ...input }, state),
    async installed(tenant: TenantKey, input: object = {}) {
      const { operation, userErrors } = await this.install(tenant, input);
      if (userErrors.length) throw new Error(JSON.stringify(userErrors));
      return operation && foundation.operations.settled(operation.id);
    },
    activate: (tenant: TenantKey, pluginId = 'crm') => mutate(claimsIn(tenant), 'activatePlugin', { pluginId }, state),
    deactivate: (tenant: TenantKey, pluginId = 'crm') => mutate(claimsIn(tenant), 'deactivatePlugin', { pluginId }, state),
    async uninstalled(tenant: TenantKey, pluginId = 'crm') {
      const { operation, userErrors } = await mutate(claimsIn(tenant), 'uninstallPlugin', { pluginId, confirm: pluginId }, state);
      if (userErrors.length) throw new Error(JSON.stringify(userErrors));
      return operation && foundation.operations.settled(operation.id);
    },
    async active(tenant: TenantKey, input: object = {}) {
      await this.installed(tenant, input);
      const { userErrors } = await this.activate(tenant);
      if (userErrors.length) throw new Error(JSON.stringify(userErrors));
    },
    /** Names of the subgraphs that the tenant's supergraph is made of. */
    async subgraphsOf(tenant: TenantKey): Promise<readonly string[]> {
      const { supergraph } = await plugins.sets.recordFor(tenant);
      return (await plugins.sets.supergraph(supergraph))?.subgraphs ?? [];
    },
    statusIn: async (tenant: TenantKey, pluginId = 'crm'): Promise<string | undefined> =>
      (await ask(claimsIn(tenant), '{ installations { status plugin { id } } }')).data.installations.find(
        (one: { plugin: { id: string } }) => one.plugin.id === pluginId,
      )?.status,
    /** Something happens in the tenant. */
    emit: (tenant: TenantKey, email = 'ada@acme.test') =>
      foundation.changeFor({ claims: claimsIn(tenant), requestId: v7() })({ action: 'user.create' }, {}, async (_, { events }) => {
        events.record('user.created', { user: { id: v7(), email, displayName: 'Ada', status: 'ACTIVE' } });
      }),
    rows: <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => foundation.database.platform((em) => em.execute(sql, values)),
    eventsOf: async ({ id }: TenantKey): Promise<string[]> =>
      (
        await foundation.database.platform((em) =>
          em.execute<{ name: string }[]>(`select name from plexica.outbox where kind = 'event' and tenant_id = ? order by id`, [id]),
        )
      ).map(({ name }) => name),
    follow: async (claims: Claims, source: string) =>
      subscribe({ schema: plugins.subgraph.schema, document: parse(source), contextValue: await contextFor(claims) }) as Promise<
        // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
        AsyncIterableIterator<{ data: any; errors?: unknown[] }>
      >,
    notices: (): DirectoryNotice[] => {
      const heard: DirectoryNotice[] = [];
      const iterator = foundation.pubsub.subscribe('directory')[Symbol.asyncIterator]();
      void (async () => {
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) heard.push(next.value);
      })();
      return heard;
    },
    async [Symbol.asyncDispose]() {
      await stopHooks();
      await server.close();
      for (const service of services) await service.stop();
      await plugins.stop();
      await foundation.stop();
      await home[Symbol.asyncDispose]();
      await rm(fileURLToPath(pathToFileURL(folder)), { recursive: true, force: true });
    },
  };
};

export type Registry = Awaited<ReturnType<typeof aRegistry>>;

/** Waits until it holds; fails after five seconds. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waited = 0; waited < 5_000; waited += 10) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not come to hold within five seconds.');
};
