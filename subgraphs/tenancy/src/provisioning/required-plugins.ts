import { DomainError } from '@plexica/plugin-kit';
import type { FirstPlugins } from './onboarding.ts';

/** The port as provisioning uses it: nothing to install needs nobody, and asking for plugins where there are none is refused. */
export const requirePlugins = (port: FirstPlugins | undefined): Required<FirstPlugins> => ({
  async install(tenantId, pluginIds) {
    if (pluginIds.length === 0) return;
    if (!port) throw new DomainError('PLUGIN_NOT_FOUND', { message: `There is no plugin ${pluginIds[0]} on this platform.` });
    await port.install(tenantId, pluginIds);
  },
  async remove(tenantId) {
    await port?.remove?.(tenantId);
  },
});
