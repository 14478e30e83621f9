import { createHash, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { type Plugin, PluginEntity, PluginVersionEntity } from './plugin.entity.ts';

interface Registration {
  readonly pluginId: string;
  readonly version: string;
  readonly url: string;
}

type ServiceDeps = Pick<PluginsDeps, 'database' | 'changeFor' | 'settings' | 'pubsub'> & {
  /** Whether an address is a public one. */
  readonly isPublicAddress: (address: string) => boolean;
  /** Tenants that have the version active; their gateways must hear of a new URL. */
  readonly activeTenants: (pluginId: string, version: string) => Promise<readonly string[]>;
};

/** Where versions run, and the credential that their services show to the platform. */
export const createPluginServices = ({ changeFor, database, settings, pubsub, isPublicAddress, activeTenants }: ServiceDeps) => {
  const checked = async (text: string): Promise<string> => {
    const refused = (message: string) => new DomainError('PLUGIN_URL_REFUSED', { message, path: ['input', 'url'] });
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
      throw refused('A plugin service has a plain http(s) URL.');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!settings.pluginHosts.includes(host)) {
      const addresses = isIP(host)
        ? [host]
        : await lookup(host, { all: true }).then(
            (found) => found.map(({ address }) => address),
            () => [],
          );
      if (!addresses.length) throw refused(`${host} has no address.`);
      if (!addresses.every(isPublicAddress)) throw refused(`${host} is not a public address, and not among those this platform allows.`);
    }
    return url.href.replace(/\/$/, '');
  };

  return {
    /** A new URL keeps the credential; the first registration answers it, once. */
    async register(call: SubgraphCall, input: Registration): Promise<{ plugin: Plugin; credential: string | null }> {
      const url = await checked(input.url);
      const credential = newCredential();
      const { plugin, isNew } = await changeFor(call)(
        { action: 'plugin.register-service', scope: 'platform', guard: { role: superAdmin } },
        input,
        async ({ pluginId, version }, { em, audit }) => {
          const found = await em.findOne(PluginEntity, { id: pluginId });
          const row = found && (await em.findOne(PluginVersionEntity, { pluginId, version }));
          if (!found || !row) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', found ? 'version' : 'pluginId'] });
          row.serviceUrl = url;
          const first = !found.credentialHash;
          if (first) found.credentialHash = hashCredential(credential);
          audit({ target: { type: 'plugin', id: pluginId }, after: { version, url } });
          return { plugin: found, isNew: first };
        },
      );
      for (const slug of await activeTenants(input.pluginId, input.version)) pubsub.publish('directory', { kind: 'tenant', slug });
      return { plugin, credential: isNew ? credential : null };
    },
    /** The old credential counts for nothing from now on. */
    rotate(call: SubgraphCall, pluginId: string): Promise<{ plugin: Plugin; credential: string }> {
      return changeFor(call)(
        { action: 'plugin.rotate-credential', scope: 'platform', guard: { role: superAdmin } },
        pluginId,
        async (id, { em, audit }) => {
          const plugin = await em.findOne(PluginEntity, { id });
          if (!plugin) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', 'pluginId'] });
          const credential = newCredential();
          plugin.credentialHash = hashCredential(credential);
          audit({ target: { type: 'plugin', id } });
          return { plugin, credential };
        },
      );
    },
    async owner(credential: string): Promise<string | undefined> {
      const found = await database.platform((em) => em.findOne(PluginEntity, { credentialHash: hashCredential(credential) }));
      return found?.id;
    },
  };
};

export type PluginServices = ReturnType<typeof createPluginServices>;

const newCredential = (): string => `plx_${randomBytes(32).toString('base64url')}`;

// The credential is random and long: a plain digest keeps it as safe as a slow one.
const hashCredential = (credential: string): string => createHash('sha256').update(credential).digest('hex');
