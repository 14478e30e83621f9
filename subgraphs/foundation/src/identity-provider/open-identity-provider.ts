import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config/config.ts';
import { createEmbeddedIdentityProvider, type EmbeddedIdentityProviderDeps } from './embedded/embedded-identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { createKeycloakIdentityProvider } from './keycloak/keycloak-identity-provider.ts';

/** The provider, and the routes of its issuers where they are this platform's own. */
export interface OpenedIdentityProvider extends IdentityProvider {
  /** Serves `/realms/...`; absent where the issuers are elsewhere. */
  register?(fastify: FastifyInstance): Promise<void>;
}

type Deps = Omit<EmbeddedIdentityProviderDeps, 'url' | 'trustedProxies'>;

export const openIdentityProvider = (
  environment: Pick<Environment, 'IDENTITY_URL' | 'PLEXICA_URL' | 'PLEXICA_PLATFORM_KEY' | 'PLEXICA_TRUSTED_PROXIES'>,
  deps: Deps,
): OpenedIdentityProvider =>
  environment.IDENTITY_URL.startsWith('keycloak+')
    ? createKeycloakIdentityProvider({
        ...deps,
        identityUrl: environment.IDENTITY_URL,
        platformKey: environment.PLEXICA_PLATFORM_KEY,
        platformUrl: environment.PLEXICA_URL,
      })
    : createEmbeddedIdentityProvider({ ...deps, url: environment.PLEXICA_URL, trustedProxies: environment.PLEXICA_TRUSTED_PROXIES });
