import { DomainError, type PluginManifest } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { PluginEntity } from '../registry/plugin.entity.ts';
import type { OperationUsages } from '../usage/operation-usages.ts';
import type { PluginToCheck } from './check-plugin.ts';
import { checkUsedOperations } from './checks/used-operations.ts';
import { type Finding, isError } from './finding.ts';

export interface CheckedVersion {
  readonly manifest: PluginManifest;
  /** None of them keeps it from being published. */
  readonly findings: readonly Finding[];
}

type CheckDeps = Pick<PluginsDeps, 'database' | 'core' | 'composer'> & { readonly usage: OperationUsages };

/** Checks a version against the catalogue of now. Rejects with PLUGIN_MANIFEST_INVALID or PLUGIN_SCHEMA_INVALID, which name what is wrong. */
export const createVersionCheck = ({ database, core, composer, usage }: CheckDeps) => {
  const sdls = () => core().map(({ name, sdl }) => ({ name, sdl }));
  const judgedByUsage = checkUsedOperations({ database, usage, core: sdls, compose: composer.compose });

  return async (plugin: PluginToCheck): Promise<CheckedVersion> => {
    const others = await database.platform(async (em) => (await em.findAll(PluginEntity, { fields: ['id'] })).map(({ id }) => id));
    // PostgreSQL's parser and a validator come with it, which nobody needs before the first version is handed in.
    const { checkPlugin } = await import('./check-plugin.ts');
    const { manifest, inManifest, inSdl } = await checkPlugin(plugin, { core: sdls(), others, compose: composer.compose });
    if (!manifest || inManifest.some(isError)) throw refused('PLUGIN_MANIFEST_INVALID', inManifest);
    if (inSdl.some(isError)) throw refused('PLUGIN_SCHEMA_INVALID', inSdl);
    const inUse = await judgedByUsage({ name: manifest.id, sdl: plugin.sdl });
    return { manifest, findings: [...inManifest, ...inSdl, ...inUse] };
  };
};

export type VersionCheck = ReturnType<typeof createVersionCheck>;

const refused = (code: 'PLUGIN_MANIFEST_INVALID' | 'PLUGIN_SCHEMA_INVALID', findings: readonly Finding[]): DomainError => {
  const errors = findings.filter(isError);
  return new DomainError(code, {
    message: errors.map(({ code: found, place, hint }) => `${found} at ${place || 'the top'}: ${hint}`).join('\n'),
    path: ['input', code === 'PLUGIN_MANIFEST_INVALID' ? 'manifest' : 'sdl', ...(errors[0]?.place ? [errors[0].place] : [])],
    details: { findings: errors },
  });
};
