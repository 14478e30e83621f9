import { createHash } from 'node:crypto';
import type { UploadStore } from '@plexica/foundation';
import type { SubgraphCall } from '@plexica/plugin-kit';
import { DomainError, type PluginManifest } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { compare } from 'semver';
import type { PluginsDeps } from '../deps.ts';
import { unpackBundle } from '../files/plugin-bundle.ts';
import { type Plugin, PluginEntity, PluginVersionEntity } from '../registry/plugin.entity.ts';
import type { OperationUsages } from '../usage/operation-usages.ts';
import { checkPlugin } from './check-plugin.ts';
import { checkUsedOperations } from './checks/used-operations.ts';
import { type Finding, isError } from './finding.ts';

export interface PublishInput {
  readonly manifest: unknown;
  readonly sdl: string;
  readonly uiBundle?: string | null;
}

type PublishDeps = Pick<PluginsDeps, 'database' | 'changeFor' | 'core' | 'composer' | 'clock' | 'storage'> & {
  readonly uploads: UploadStore;
  readonly usage: OperationUsages;
};

/** Takes a version into the catalogue after every check passed. A published version never changes; publishing it again as it is changes nothing. */
export const createPublishing = (deps: PublishDeps) => {
  const { database, changeFor, core, composer, clock, storage, uploads, usage } = deps;
  const sdls = () => core().map(({ name, sdl }) => ({ name, sdl }));
  const judgedByUsage = checkUsedOperations({ database, usage, core: sdls, compose: composer.compose });

  const check = async (plugin: PublishInput): Promise<{ manifest: PluginManifest; findings: Finding[] }> => {
    const others = await database.platform(async (em) => (await em.findAll(PluginEntity, { fields: ['id'] })).map(({ id }) => id));
    const { manifest, inManifest, inSdl } = await checkPlugin(plugin, { core: sdls(), others, compose: composer.compose });
    if (!manifest || inManifest.some(isError)) throw refused('PLUGIN_MANIFEST_INVALID', inManifest);
    if (inSdl.some(isError)) throw refused('PLUGIN_SCHEMA_INVALID', inSdl);
    const inUse = await judgedByUsage({ name: manifest.id, sdl: plugin.sdl });
    return { manifest, findings: [...inManifest, ...inSdl, ...inUse] };
  };

  return {
    async publish(call: SubgraphCall, input: PublishInput): Promise<Plugin> {
      const { manifest, findings } = await check(input);
      const bundle = input.uiBundle
        ? await unpackBundle(await uploads.take(input.uiBundle, call.claims.user?.id ?? '', 'uiBundle'), manifest)
        : undefined;
      if (manifest.ui && !bundle)
        throw new DomainError('PLUGIN_MANIFEST_INVALID', {
          message: 'The manifest names a UI: send its files with `uiBundle`.',
          path: ['input', 'uiBundle'],
        });
      await bundle?.store(storage);
      const digest = createHash('sha256')
        .update(JSON.stringify([manifest, input.sdl, bundle?.digest ?? null]))
        .digest('hex');
      return changeFor(call)(
        { action: 'plugin.publish', scope: 'platform', guard: { role: superAdmin } },
        input,
        async ({ sdl }, { em, events, audit }) => {
          const { id, version } = manifest;
          const plugin = await em.findOne(PluginEntity, { id });
          const known = await em.findOne(PluginVersionEntity, { pluginId: id, version });
          if (known && known.digest !== digest) throw new DomainError('PLUGIN_VERSION_EXISTS', { path: ['input', 'manifest', 'version'] });
          if (known && plugin) return plugin;
          const { name, description, author, category, icon } = manifest;
          const presented = { name, description, author: author ?? null, category: category ?? null, icon: icon ?? null };
          const kept = plugin ?? em.create(PluginEntity, { id, ...presented, status: 'PUBLISHED', latestVersion: version });
          if (plugin && compare(version, plugin.latestVersion) > 0)
            Object.assign(plugin, presented, { latestVersion: version, status: 'PUBLISHED' });
          await em.flush();
          em.create(PluginVersionEntity, {
            pluginId: id,
            version,
            manifest,
            sdl,
            digest,
            uiDigest: bundle?.digest ?? null,
            uiIntegrity: bundle?.integrity ?? null,
            status: 'PUBLISHED',
            checks: [...findings],
            publishedAt: clock(),
          });
          events.record('plugin.published', { plugin: { id, version } });
          audit({ target: { type: 'plugin', id }, after: { version, digest } });
          return kept;
        },
      );
    },
  };
};

export type Publishing = ReturnType<typeof createPublishing>;

const refused = (code: 'PLUGIN_MANIFEST_INVALID' | 'PLUGIN_SCHEMA_INVALID', findings: readonly Finding[]): DomainError => {
  const errors = findings.filter(isError);
  return new DomainError(code, {
    message: errors.map(({ code: found, place, hint }) => `${found} at ${place || 'the top'}: ${hint}`).join('\n'),
    path: ['input', code === 'PLUGIN_MANIFEST_INVALID' ? 'manifest' : 'sdl', ...(errors[0]?.place ? [errors[0].place] : [])],
    details: { findings: errors },
  });
};
