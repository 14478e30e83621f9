export { createCache } from './cache.ts';
export { mailpitApi } from './mailpit.ts';
export { type Place, type ServiceName, secretOf, serviceNames } from './service.ts';
export { type RunningServices, type ServicesOptions, startServices } from './start-services.ts';
