export * from './embedded/index.ts';
export * from './identity-provider.ts';
export { type OpenedIdentityProvider, openIdentityProvider } from './open-identity-provider.ts';
