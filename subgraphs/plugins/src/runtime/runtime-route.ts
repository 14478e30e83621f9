import type { SessionCheck, SigningKeys, Vault } from '@plexica/foundation';
import {
  createTokenVerifier,
  internalTokenHeader,
  isDomainError,
  type RuntimeAnswer,
  runtimePath,
  type TokenVerifier,
} from '@plexica/plugin-kit';
import type { FastifyInstance } from 'fastify';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { PluginsDeps } from '../deps.ts';
import { openConfiguration } from '../installation/configuration.ts';
import { InstallationEntity } from '../installation/installation.entity.ts';
import type { PluginServices } from '../registry/plugin-service.ts';

interface RuntimeDeps {
  readonly database: PluginsDeps['database'];
  readonly keys: SigningKeys;
  readonly vault: Vault;
  readonly services: PluginServices;
  /** Whether the caller's session still counts; a token outlives it by a minute at most. */
  readonly sessionCounts: SessionCheck;
}

/** Of one plugin: its service asks once for each tenant, so a token seldom comes again. */
const tokensAtMost = 50;

const nothing = {
  errors: [{ message: 'Only the service of an active plugin is answered here.', extensions: { code: 'UNAUTHENTICATED' } }],
};

const unlessGone = (error: unknown): undefined => {
  if (isDomainError(error) && error.code === 'TENANT_NOT_FOUND') return undefined;
  throw error;
};

/**
 * What a plugin's service needs for the request in hand: its credential says which plugin it is, the internal token which
 * tenant. Both must be right, and for the same plugin.
 */
export const registerRuntime = (server: FastifyInstance, { database, keys, vault, services, sessionCounts }: RuntimeDeps): void => {
  const verifiers = new LRUCache<string, TokenVerifier>({ max: 1_000 });
  const verifierOf = async (audience: string): Promise<TokenVerifier> => {
    const known = verifiers.get(audience);
    if (known) return known;
    const verifier = createTokenVerifier({
      keys: createLocalJWKSet((await keys.jwks()) as unknown as JSONWebKeySet),
      audience,
      tokensAtMost,
    });
    verifiers.set(audience, verifier);
    return verifier;
  };

  server.post(runtimePath, async (request, reply) => {
    const credential = /^Bearer (\S{20,200})$/.exec(request.headers.authorization ?? '')?.[1];
    const pluginId = credential && (await services.owner(credential));
    const token = request.headers[internalTokenHeader];
    const claims = pluginId && typeof token === 'string' ? await (await verifierOf(pluginId)).claims(token) : undefined;
    if (!pluginId || !claims?.tenant) return reply.status(401).send(nothing);
    if (!(await sessionCounts(claims))) return reply.status(401).send(nothing);
    const row = await database.tenant(claims.tenant.id, (em) => em.findOne(InstallationEntity, { pluginId })).catch(unlessGone);
    if (row?.status !== 'ACTIVE') return reply.status(401).send(nothing);
    const answer: RuntimeAnswer = {
      configuration: openConfiguration({ configuration: row.configuration, secrets: row.secrets ?? null }, vault),
      configurationVersion: row.configurationVersion,
      databaseUrl: row.databaseUrl ? database.currentUrl(vault.open(row.databaseUrl)) : null,
    };
    return reply.header('cache-control', 'no-store').send(answer);
  });
};
