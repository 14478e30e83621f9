export { type Composer, createComposer } from './composition/composer.ts';
export { type CreatePluginsDeps, createPlugins, type Plugins, type RouteAccess } from './create-plugins.ts';
export type { PermissionRegistry } from './deps.ts';
export { pluginsPersistence } from './persistence.ts';
export { checkPlugin, type PluginToCheck } from './publish/check-plugin.ts';
export { type CoreContract, readCore } from './publish/checks/core-contract.ts';
export type { Finding } from './publish/finding.ts';
