import 'reflect-metadata';

export * from './authorization/guards.ts';
export * from './claims/claims.ts';
export * from './claims/token-payload.ts';
export * from './claims/token-verifier.ts';
export * from './errors/domain-error.ts';
export * from './errors/payload.ts';
export * from './hooks/protocol.ts';
export * from './list/page.ts';
export * from './plugin/manifest.ts';
export * from './runtime/protocol.ts';
export * from './subgraph/create-subgraph.ts';
export * from './subgraph/frozen-types.ts';
export * from './subgraph/scalars.ts';
export * from './subgraph/serve.ts';
export * from './subgraph/serve-subgraph.ts';
export * from './subgraph/subgraph.ts';
