import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config/config.ts';
import { createEmbeddedIdentityProvider, type EmbeddedIdentityProviderDeps } from './embedded/embedded-identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** The provider, and the routes of its issuers where they are this platform's own. */
export interface OpenedIdentityProvider extends IdentityProvider {
  /** Serves `/realms/...`; absent where the issuers are elsewhere. */
  register?(fastify: FastifyInstance): Promise<void>;
}

type Deps = Omit<EmbeddedIdentityProviderDeps, 'url' | 'trustedProxies'>;

export const openIdentityProvider = async (
  environment: Pick<Environment, 'IDENTITY_URL' | 'PLEXICA_URL' | 'PLEXICA_PLATFORM_KEY' | 'PLEXICA_TRUSTED_PROXIES'>,
  deps: Deps,
): Promise<OpenedIdentityProvider> => {
  const {
    IDENTITY_URL: identityUrl,
    PLEXICA_URL: url,
    PLEXICA_PLATFORM_KEY: platformKey,
    PLEXICA_TRUSTED_PROXIES: trustedProxies,
  } = environment;
  if (!identityUrl.startsWith('keycloak+')) return createEmbeddedIdentityProvider({ ...deps, url, trustedProxies });
  const { createKeycloakIdentityProvider } = await import('./keycloak/keycloak-identity-provider.ts');
  return createKeycloakIdentityProvider({ ...deps, identityUrl, platformKey, platformUrl: url });
};
