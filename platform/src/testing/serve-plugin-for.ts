import { freePort } from '@plexica/foundation';
import { buildPluginServer, type Plugin, type PluginServerOptions } from '@plexica/plugin-kit';
import { zipSync } from 'fflate';
import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { upload } from '../demo/publish-bundle.ts';

/** Publishes a plugin and runs its service in this process; answers what stops it. */
export const servePluginFor = async (
  root: Client,
  platformUrl: string,
  plugin: Plugin,
  tracer?: PluginServerOptions['tracer'],
): Promise<() => Promise<void>> => {
  const { manifest, sdl } = plugin;
  const { id: pluginId, version } = manifest;
  // No browser looks at it.
  const uiBundle = manifest.ui && (await upload(platformUrl, root, zipSync({ [manifest.ui.entry]: new Uint8Array() })));
  await mutate(root, 'publishPlugin', { manifest, sdl, uiBundle }, 'plugin { id }');
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
