export * from './embedded-identity-provider.ts';
export { issuerPersistence } from './issuer.persistence.ts';
export type { RealmInfo } from './page/document.ts';
