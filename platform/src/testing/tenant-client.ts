import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';

/** A client that may also do what a tenant's admin does with plugins. */
export interface TenantClient extends Client {
  install(pluginId: string, configuration?: Record<string, unknown>): Promise<void>;
  /** Installs first where that was not done. */
  activate(pluginId: string): Promise<void>;
  deactivate(pluginId: string): Promise<void>;
}

export const withPlugins = (client: Client): TenantClient => {
  const status = async (pluginId: string): Promise<string | undefined> => {
    const { data } = await client.query<{ installation: { status: string } | null }>(
      'query Status($id: ID!) { installation(pluginId: $id) { status } }',
      { id: pluginId },
    );
    return data?.installation?.status;
  };
  const install = async (pluginId: string, configuration?: Record<string, unknown>) => {
    await mutate(client, 'installPlugin', { pluginId, configuration }, 'installation { id }');
    for (let waited = 0; (await status(pluginId)) === 'INSTALLING' && waited < 10_000; waited += 10)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return {
    ...client,
    install,
    async activate(pluginId) {
      if (!(await status(pluginId))) await install(pluginId);
      await mutate(client, 'activatePlugin', { pluginId }, 'installation { id }');
    },
    async deactivate(pluginId) {
      await mutate(client, 'deactivatePlugin', { pluginId }, 'installation { id }');
    },
  };
};
