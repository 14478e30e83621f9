export * from './embedded/index.ts';
export * from './identity-provider.ts';
