export * from './authorization/guards.ts';
export * from './claims/claims.ts';
export * from './errors/domain-error.ts';
export * from './errors/payload.ts';
export * from './subgraph/create-subgraph.ts';
export * from './subgraph/frozen-types.ts';
export * from './subgraph/scalars.ts';
export * from './subgraph/subgraph.ts';
