import type { PluginManifest } from '@plexica/plugin-kit';
import type { CompositionRequest, CompositionResult, NamedSdl } from '../composition/compose.ts';
import { apiSchemaOf } from '../supergraph/api-schema.ts';
import { readCore } from './checks/core-contract.ts';
import { checkCoreUnchanged } from './checks/core-unchanged.ts';
import { readManifest } from './checks/manifest-rules.ts';
import { checkMigrations } from './checks/migration-rules.ts';
import { checkReserved, checkRivals } from './checks/name-rules.ts';
import { checkSdl } from './checks/sdl-rules.ts';
import { checkUiOperations } from './checks/ui-operations.ts';
import { type Finding, isError, problem } from './finding.ts';

export interface PluginToCheck {
  readonly manifest: unknown;
  readonly sdl: string;
}

export interface CheckSurroundings {
  readonly core: readonly NamedSdl[];
  /** Ids of the plugins that are published already. */
  readonly others: readonly string[];
  readonly compose: (request: CompositionRequest) => CompositionResult | Promise<CompositionResult>;
}

export interface CheckedPlugin {
  /** Undefined when it can't even be read. */
  readonly manifest: PluginManifest | undefined;
  readonly inManifest: readonly Finding[];
  /** Not looked at while the manifest has errors. */
  readonly inSdl: readonly Finding[];
}

/** What a version and the core make together, where they do. */
interface Composed {
  readonly composed?: string;
  readonly findings: readonly Finding[];
}

/** Everything that is checked before a version is published; the same for an author at a desk and for the registry. */
export const checkPlugin = async ({ manifest: value, sdl }: PluginToCheck, around: CheckSurroundings): Promise<CheckedPlugin> => {
  const { manifest, findings } = readManifest(value);
  if (!manifest) return { manifest, inManifest: findings, inSdl: [] };
  const core = readCore(around.core);
  const inManifest = [
    ...findings,
    ...checkReserved(manifest.id, core),
    ...checkRivals(manifest.id, around.others),
    ...(await checkMigrations(manifest)),
  ];
  if (inManifest.some(isError)) return { manifest, inManifest, inSdl: [] };
  const read = checkSdl(manifest.id, sdl, core);
  if (read.some(isError)) return { manifest, inManifest, inSdl: read };
  const { composed, findings: inComposition } = await checkComposition({ name: manifest.id, sdl }, around);
  const asked = composed && manifest.ui?.operations ? checkUiOperations(manifest, apiSchemaOf(composed)) : [];
  return { manifest, inManifest: [...inManifest, ...asked], inSdl: [...read, ...inComposition] };
};

const checkComposition = async (plugin: NamedSdl, { core, compose }: CheckSurroundings): Promise<Composed> => {
  const without = await compose({ audience: 'tenant', core, plugins: [] });
  const together = await compose({ audience: 'tenant', core, plugins: [plugin] });
  if (!without.sdl) throw new Error(`The core does not compose: ${JSON.stringify(without.errors)}`);
  if (together.sdl) return { composed: together.sdl, findings: checkCoreUnchanged(without.sdl, together.sdl) };
  const errors = together.errors ?? [];
  return { findings: errors.map(({ code, message, line }) => problem(code, line ? `line ${line}` : 'sdl', message)) };
};
