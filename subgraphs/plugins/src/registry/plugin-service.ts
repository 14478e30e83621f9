import { createHash, randomBytes } from 'node:crypto';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { type Plugin, PluginEntity, PluginVersionEntity } from './plugin.entity.ts';
import { PluginServiceEntity } from './plugin-service.entity.ts';
import { judgedServiceUrl } from './service-url.ts';

interface Registration {
  readonly pluginId: string;
  readonly version: string;
  readonly url: string;
}

type ServiceDeps = Pick<PluginsDeps, 'database' | 'changeFor' | 'settings' | 'pubsub'> & {
  /** Tenants that have the version active; their gateways must hear of a new URL. */
  readonly activeTenants: (pluginId: string, version: string) => Promise<readonly string[]>;
};

/** Where versions run, and the credentials that their services show to the platform. */
export const createPluginServices = ({ changeFor, database, settings, pubsub, activeTenants }: ServiceDeps) => ({
  /** The first registration of a version answers its credential, once; a new URL keeps it. */
  async register(call: SubgraphCall, input: Registration): Promise<{ plugin: Plugin; credential: string | null }> {
    const url = await judgedServiceUrl(input.url, settings.pluginHosts);
    const fresh = newCredential();
    const registered = await changeFor(call)(
      { action: 'plugin.register-service', scope: 'platform', guard: { role: superAdmin } },
      input,
      async ({ pluginId, version }, { em, audit }) => {
        const plugin = await em.findOne(PluginEntity, { id: pluginId });
        const known = plugin && (await em.findOne(PluginVersionEntity, { pluginId, version }));
        if (!plugin || !known) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', plugin ? 'version' : 'pluginId'] });
        const row = await em.upsert(
          PluginServiceEntity,
          { pluginId, version, url, credentialHash: hashCredential(fresh) },
          { onConflictFields: ['pluginId', 'version'], onConflictAction: 'merge', onConflictExcludeFields: ['credentialHash'] },
        );
        await em.refresh(row);
        audit({ target: { type: 'plugin', id: pluginId }, after: { version, url } });
        return { plugin, credential: row.credentialHash === hashCredential(fresh) ? fresh : null };
      },
    );
    for (const slug of await activeTenants(input.pluginId, input.version)) pubsub.publish('directory', { kind: 'tenant', slug });
    return registered;
  },

  /** One new credential for all services of the plugin; the old ones count for nothing from now on. */
  rotate(call: SubgraphCall, pluginId: string): Promise<{ plugin: Plugin; credential: string }> {
    return changeFor(call)(
      { action: 'plugin.rotate-credential', scope: 'platform', guard: { role: superAdmin } },
      pluginId,
      async (id, { em, audit }) => {
        const plugin = await em.findOne(PluginEntity, { id });
        if (!plugin) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', 'pluginId'] });
        const credential = newCredential();
        const services = await em.nativeUpdate(PluginServiceEntity, { pluginId: id }, { credentialHash: hashCredential(credential) });
        if (!services) throw new DomainError('PLUGIN_SERVICE_MISSING', { path: ['input', 'pluginId'] });
        audit({ target: { type: 'plugin', id } });
        return { plugin, credential };
      },
    );
  },

  /** Where a version runs; undefined when nobody said. */
  async urlOf(pluginId: string, version: string): Promise<string | undefined> {
    const found = await database.platform((em) => em.findOne(PluginServiceEntity, { pluginId, version }));
    return found?.url;
  },

  /** The plugin that a credential is of. */
  async owner(credential: string): Promise<string | undefined> {
    const found = await database.platform((em) => em.findOne(PluginServiceEntity, { credentialHash: hashCredential(credential) }));
    return found?.pluginId;
  },
});

export type PluginServices = ReturnType<typeof createPluginServices>;

const newCredential = (): string => `plx_${randomBytes(32).toString('base64url')}`;

// The credential is random and long: a plain digest keeps it as safe as a slow one.
const hashCredential = (credential: string): string => createHash('sha256').update(credential).digest('hex');
