export { createKeycloakIdentityProvider, type KeycloakIdentityProviderDeps } from './keycloak-identity-provider.ts';
