export { type Composer, createComposer } from './composition/composer.ts';
export { type CreatePluginsDeps, createPlugins, type Plugins, type RouteAccess } from './create-plugins.ts';
export type { PermissionRegistry } from './deps.ts';
export { pluginsPersistence } from './persistence.ts';
