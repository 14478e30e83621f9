export { createGateway, type Gateway, type GatewayDeps } from './create-gateway.ts';
export type * from './directory/directory.ts';
