import { buildSubgraphServer, createTokenVerifier, listenUntilStopped, type Subgraph } from '@plexica/plugin-kit';
import { platformRealm } from '@plexica/schema';
import type { FastifyInstance } from 'fastify';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Environment } from '../config/config.ts';
import type { RunningFoundation } from '../create-foundation.ts';
import type { Port } from '../port/port.ts';
import type { PortTokens } from '../port/port-tokens.ts';
import { servePort } from '../port/serve-port.ts';
import { dependenciesOf } from './dependencies.ts';
import { registerHealth } from './health.ts';
import { registerMetrics } from './metrics-route.ts';
import { createSessionCheck, type SessionCheck, type Sessions, withSessions } from './session-check.ts';

export interface SubgraphProcess {
  readonly environment: Environment;
  /** Where it listens unless `PORT` says otherwise. */
  readonly defaultPort: number;
  readonly foundation: RunningFoundation;
  readonly subgraph: Subgraph;
  readonly sessions: Sessions;
  readonly tokens: PortTokens;
  /** What other processes of the platform may ask of this one, by name. */
  readonly ports: Readonly<Record<string, Port>>;
  readonly routes?: (server: FastifyInstance, access: { readonly sessionCounts: SessionCheck }) => Promise<void> | void;
  /** Runs before the foundation stops. */
  readonly stop?: () => Promise<void>;
}

/** One core subgraph as a process: its GraphQL for bearers of an internal token, its ports, its health, and a quiet end. */
export const runSubgraph = async ({ foundation, environment, subgraph, tokens, ports, ...given }: SubgraphProcess): Promise<void> => {
  const { keys, log, clock, database } = foundation;
  const verifier = createTokenVerifier({
    keys: createLocalJWKSet((await keys.jwks()) as unknown as JSONWebKeySet),
    audience: subgraph.name,
    clock,
  });
  const sessionCounts = createSessionCheck(given.sessions, platformRealm);
  const server = await buildSubgraphServer({
    subgraph,
    verifier: withSessions(verifier, sessionCounts),
    report: (error, call) => log.error({ error, ...call }, 'a request failed unexpectedly'),
    routes: async (service) => {
      const all: typeof ports = { ...ports, keys: { sealed: () => keys.sealed() } };
      for (const [name, methods] of Object.entries(all)) servePort(service, name, methods, { tokens, log });
      await given.routes?.(service, { sessionCounts });
    },
  });
  registerMetrics(server, foundation.metrics);
  const health = registerHealth(server, {
    database: { name: 'postgres', ping: () => database.ping() },
    others: async () => dependenciesOf(foundation),
    prepared: () => true,
    clock,
  });
  const address = await listenUntilStopped(server, {
    host: environment.PLEXICA_HOST,
    port: environment.PORT ?? given.defaultPort,
    drain: () => health.drain(),
    stop: async () => {
      await given.stop?.();
      await foundation.stop();
    },
  });
  log.info({ address }, `${subgraph.name} listens`);
};
