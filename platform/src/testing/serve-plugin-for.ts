import { freePort } from '@plexica/foundation/database';
import { buildPluginServer, type Plugin, type PluginServerOptions } from '@plexica/plugin-kit';
import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';

/** Publishes a plugin and runs its service in this process; answers what stops it. */
export const servePluginFor = async (
  root: Client,
  platformUrl: string,
  plugin: Plugin,
  tracer?: PluginServerOptions['tracer'],
): Promise<() => Promise<void>> => {
  const { ui: _, ...manifest } = plugin.manifest;
  const { id: pluginId, version } = manifest;
  await mutate(root, 'publishPlugin', { manifest, sdl: plugin.sdl }, 'plugin { id }');
  const port = await freePort();
  const { credential } = await mutate<{ credential: string }>(
    root,
    'registerPluginService',
    { pluginId, version, url: `http://127.0.0.1:${port}` },
    'credential',
  );
  const { server, stop } = await buildPluginServer(plugin, { platformUrl, credential, tracer });
  await server.listen({ host: '127.0.0.1', port });
  return async () => {
    await server.close();
    await stop();
  };
};
