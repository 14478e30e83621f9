export * from './as-sent.ts';
export * from './read-operation.ts';
