export type { CoreSubgraph, RemoteSubgraph } from './connection/core-connections.ts';
export { createGateway, type Gateway, type GatewayDeps, type GatewayTiming } from './create-gateway.ts';
export type * from './directory/directory.ts';
export type { BuiltInOperations } from './document/registered-operations.ts';
export { type PlannerThread, startPlannerThread } from './plan/planner-thread.ts';
