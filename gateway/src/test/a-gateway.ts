import type { AddressInfo } from 'node:net';
import { createInProcessSharedState, createLogger, type SigningKeys } from '@plexica/foundation';
import { buildSubgraphServer, createTokenVerifier, internalIssuer } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createGateway, type Gateway, type GatewayDeps } from '../create-gateway.ts';
import type { ActivePlugin } from '../directory/directory.ts';
import { startPlannerThread } from '../plan/planner-thread.ts';
import { createTestDirectory, type TestDirectory } from './a-directory.ts';
import { startIssuer, type TestIssuer } from './an-issuer.ts';
import { aCore, anAnalyticsPlugin, composeSet } from './subgraphs.ts';

/** A gateway that listens, with a Directory in memory, an issuer of its own, a core in process and one plugin over HTTP. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly gateway: Gateway;
  readonly directory: TestDirectory;
  readonly issuer: TestIssuer;
  readonly keys: SigningKeys;
  /** Streams of the core that run. */
  readonly open: { readonly streams: number };
  /** What the plugin's service was sent, newest last. */
  readonly pluginRequests: { readonly headers: Readonly<Record<string, unknown>> }[];
  log(): string;
  /** Switches a tenant to the core alone or to the core with analytics. */
  switchTo(slug: string, set: 'core' | 'core+analytics', options?: { readonly silently?: boolean }): void;
  installation(changes?: Partial<ActivePlugin>): ActivePlugin;
}

export type TestGatewayOptions = Partial<
  Pick<
    GatewayDeps,
    | 'timing'
    | 'rateLimits'
    | 'unnamedConnections'
    | 'unreadAnswers'
    | 'maxCost'
    | 'maxAnswer'
    | 'state'
    | 'explorerPage'
    | 'builtInOperations'
    | 'keys'
    | 'core'
    | 'clock'
    | 'tracer'
  >
> & {
  readonly baseDomain?: string;
  readonly trustedProxies?: readonly string[];
  readonly settings?: Pick<GatewayDeps['settings'], 'introspection' | 'unauthorizedFields' | 'shareQueries'>;
};

const plexica = 'plexica';
/** One for all gateways of a test file: a thread takes longer to start than a gateway. */
const thread = startPlannerThread();
const lines = (into: string[]) => ({ write: (line: string) => void into.push(line) });

export const startGateway = async ({ baseDomain, trustedProxies, settings, ...options }: TestGatewayOptions = {}): Promise<TestGateway> => {
  await using stack = new AsyncDisposableStack();
  const issuer = stack.use(await startIssuer());
  const directory = createTestDirectory();
  const keys = options.keys ?? (await aKeyPair());
  const open = { streams: 0 };
  const core = aCore(open);
  const plugin = await startPlugin(keys, stack);
  const analytics = anAnalyticsPlugin();
  directory.addSet({ hash: 'core', audience: 'tenant', sdl: composeSet([core]), subgraphs: ['home'] });
  directory.addSet({ hash: 'core+analytics', audience: 'tenant', sdl: composeSet([core, analytics]), subgraphs: ['home', 'analytics'] });
  directory.addSet({ hash: 'platform', audience: 'platform', sdl: composeSet([core], 'platform'), subgraphs: ['home'] });
  for (const slug of ['acme', 'globex', 'plexica-labs']) directory.setTenant(slug, issuer.realm(slug));
  directory.setTenant(plexica, { ...issuer.realm(plexica), supergraph: 'platform' });
  directory.setUser('user-1', { roles: ['user'], permissions: ['users.read', 'analytics.read', 'audit.read'] });
  directory.setUser('root', { roles: ['super_admin'], permissions: ['*'] });

  const written: string[] = [];
  const gateway = createGateway({
    directory,
    core: [core],
    state: createInProcessSharedState(),
    settings: {
      url: 'http://localhost',
      baseDomain,
      trustedProxies,
      installation: 'test',
      demo: false,
      pluginHosts: ['127.0.0.1'],
      deletionGraceDays: 30,
      ...settings,
    },
    clock: () => new Date(),
    log: createLogger({ destination: lines(written) }),
    thread,
    ...options,
    keys,
    timing: { watch: 50, spread: 200, drain: 1_000, ...options.timing },
  });
  const server = Fastify({ forceCloseConnections: true });
  await gateway.register(server);
  const url = (await server.listen({ host: '127.0.0.1', port: 0 })).replace(/\/$/, '');
  stack.defer(() => server.close());
  stack.defer(() => gateway.stop());
  const installation = (changes: Partial<ActivePlugin> = {}): ActivePlugin => ({
    version: '1.0.0',
    url: plugin.url,
    configurationVersion: 1,
    grantedScopes: [],
    ...changes,
  });
  const parts = stack.move();
  return {
    url,
    gateway,
    directory,
    issuer,
    keys,
    open,
    pluginRequests: plugin.requests,
    log: () => written.join(''),
    installation,
    switchTo: (slug, set, how) =>
      directory.setTenant(slug, { supergraph: set, plugins: set === 'core' ? {} : { analytics: installation() } }, how),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
};

const startPlugin = async (keys: SigningKeys, stack: AsyncDisposableStack) => {
  const requests: { readonly headers: Readonly<Record<string, unknown>> }[] = [];
  const jwks = (await keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0];
  const verifier = createTokenVerifier({ audience: 'analytics', keys: createLocalJWKSet(jwks) });
  const server = await buildSubgraphServer({ subgraph: anAnalyticsPlugin(), verifier });
  server.addHook('onRequest', async ({ headers }) => void requests.push({ headers }));
  await server.listen({ host: '127.0.0.1', port: 0 });
  stack.defer(() => server.close());
  return { requests, url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql` };
};

/** What signs internal tokens. */
export const aKeyPair = async (): Promise<SigningKeys> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' }];
  return {
    sign: async (claims, { audience, expiresInSeconds }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer(internalIssuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${expiresInSeconds}s`)
        .sign(privateKey),
    jwks: async () => ({ keys }),
  };
};
