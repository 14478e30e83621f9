import { type EdgeEnvironment, type PortTokens, type PubSub, portOverHttp, type RealmEndpoints } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import type { Directory } from '@plexica/gateway';
import {
  createDirectory,
  type DirectoryPrincipals,
  type DirectoryRealms,
  type DirectorySets,
  type DirectoryTenants,
} from '../assembly/directory.ts';

interface RemoteDirectoryDeps {
  readonly tokens: PortTokens;
  readonly pubsub: PubSub;
}

/** The Directory where its owners are processes of their own. */
export const remoteDirectory = (environment: EdgeEnvironment, { tokens, pubsub }: RemoteDirectoryDeps): Directory => {
  const tenancy = { url: environment.PLEXICA_TENANCY_URL, tokens };
  const identity = { url: environment.PLEXICA_IDENTITY_URL, tokens };
  const plugins = { url: environment.PLEXICA_PLUGINS_URL, tokens };
  return createDirectory({
    tenants: portOverHttp<DirectoryTenants>('tenants', ['bySlug', 'allowedOrigins', 'clientManifest'], tenancy),
    principals: portOverHttp<DirectoryPrincipals>('principals', ['principal', 'apiKey'], identity),
    plugins: portOverHttp<DirectorySets>(
      'sets',
      ['recordFor', 'platformRecord', 'publicSupergraph', 'supergraph', 'pluginOperations', 'recordUsage'],
      plugins,
    ),
    realms: rememberingRealms(portOverHttp<DirectoryRealms>('realms', ['endpoints'], identity)),
    pubsub,
    platform: platformTenant,
  });
};

/** Anybody may name realms, also such as nobody has. */
const realmsAtMost = 20_000;

/** Where a realm's tokens come from follows from its name alone, and never changes while a process lives. The one used longest ago goes first. */
export const rememberingRealms = (realms: DirectoryRealms): DirectoryRealms => {
  const known = new Map<string, RealmEndpoints>();
  return {
    async endpoints(realm) {
      const found = known.get(realm) ?? (await realms.endpoints(realm));
      known.delete(realm);
      known.set(realm, found);
      const [oldest] = known.keys();
      if (known.size > realmsAtMost && oldest !== undefined) known.delete(oldest);
      return found;
    },
  };
};
