export { execute } from './execute.ts';
export { createHttpConnection, type HttpConnection, type HttpConnectionOptions } from './http-connection.ts';
export { createInProcessConnection, type InProcessConnectionOptions } from './in-process-connection.ts';
export type { Connections, ExecutionRequest } from './run.ts';
export * from './subgraph-connection.ts';
