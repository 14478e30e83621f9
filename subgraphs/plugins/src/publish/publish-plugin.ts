import { createHash } from 'node:crypto';
import type { SubgraphCall } from '@plexica/plugin-kit';
import { DomainError, type PluginManifest } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { compare } from 'semver';
import type { PluginsDeps } from '../deps.ts';
import { type UploadStore, unpackBundle } from '../files/plugin-bundle.ts';
import { type Plugin, PluginEntity, PluginVersionEntity } from '../registry/plugin.entity.ts';
import type { PluginSets } from '../supergraph/plugin-sets.ts';
import { checkRivals, readManifest } from './checks/manifest-rules.ts';
import { checkMigrations } from './checks/migration-rules.ts';
import { checkSdl, readCoreNames } from './checks/sdl-rules.ts';
import type { Finding } from './finding.ts';

export interface PublishInput {
  readonly manifest: unknown;
  readonly sdl: string;
  readonly uiBundle?: string | null;
}

type PublishDeps = Pick<PluginsDeps, 'database' | 'changeFor' | 'core' | 'clock' | 'storage'> & {
  readonly sets: PluginSets;
  readonly uploads: UploadStore;
};

/** Takes a version into the catalogue after every check passed. A published version never changes; publishing it again as it is changes nothing. */
export const createPublishing = (deps: PublishDeps) => {
  const { database, changeFor, core, clock, sets, storage, uploads } = deps;

  const check = async ({ manifest: value, sdl }: PublishInput): Promise<{ manifest: PluginManifest; findings: Finding[] }> => {
    const { manifest, findings } = readManifest(value);
    if (!manifest) throw refused('PLUGIN_MANIFEST_INVALID', findings);
    const ids = await database.platform(async (em) => (await em.findAll(PluginEntity, { fields: ['id'] })).map(({ id }) => id));
    const all = [...findings, ...checkRivals(manifest.id, ids), ...(await checkMigrations(manifest))];
    if (all.some(isError)) throw refused('PLUGIN_MANIFEST_INVALID', all);
    const inSdl = checkSdl(manifest.id, sdl, readCoreNames(core().map((subgraph) => subgraph.sdl)));
    if (inSdl.some(isError)) throw refused('PLUGIN_SCHEMA_INVALID', inSdl);
    const { errors } = await sets.tryOut('tenant', [{ name: manifest.id, sdl }]);
    if (errors)
      throw refused(
        'PLUGIN_SCHEMA_INVALID',
        errors.map(({ code, message, line }) => ({
          code,
          severity: 'ERROR' as const,
          place: line ? `line ${line}` : 'sdl',
          hint: message,
        })),
      );
    return { manifest, findings: [...all, ...inSdl] };
  };

  return {
    check,
    async publish(call: SubgraphCall, input: PublishInput): Promise<Plugin> {
      const { manifest, findings } = await check(input);
      const bundle = input.uiBundle ? await unpackBundle(await uploads.take(input.uiBundle), manifest) : undefined;
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
            status: 'PUBLISHED',
            checks: [...findings],
            serviceUrl: null,
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

const isError = ({ severity }: Finding): boolean => severity === 'ERROR';

const refused = (code: 'PLUGIN_MANIFEST_INVALID' | 'PLUGIN_SCHEMA_INVALID', findings: readonly Finding[]): DomainError => {
  const errors = findings.filter(isError);
  return new DomainError(code, {
    message: errors.map(({ code: found, place, hint }) => `${found} at ${place || 'the top'}: ${hint}`).join('\n'),
    path: ['input', code === 'PLUGIN_MANIFEST_INVALID' ? 'manifest' : 'sdl', ...(errors[0]?.place ? [errors[0].place] : [])],
    details: { findings: errors },
  });
};
