import { Validator } from '@cfworker/json-schema';
import { namePrefix, type PluginManifest, pluginManifest } from '@plexica/plugin-kit';
import { corePermissions } from '@plexica/schema';
import { type Finding, problem } from '../finding.ts';

/** The manifest as its schema reads it, or what is wrong with it. */
export const readManifest = (
  value: unknown,
): { manifest: PluginManifest; findings: Finding[] } | { manifest?: undefined; findings: Finding[] } => {
  const parsed = pluginManifest.safeParse(value);
  if (!parsed.success)
    return { findings: parsed.error.issues.map(({ path, message }) => problem('MANIFEST_INVALID', path.join('.'), message)) };
  return { manifest: parsed.data, findings: [...checkPermissions(parsed.data), ...checkConfiguration(parsed.data)] };
};

const checkPermissions = ({ id, permissions, scopes }: PluginManifest): Finding[] => [
  ...Object.keys(permissions)
    .filter((name) => !new RegExp(`^${id}(\\.[a-z][a-z0-9-]*){2}$`).test(name))
    .map((name) => problem('PERMISSION_NAME', `permissions.${name}`, `Permissions of this plugin are ${id}.<resource>.<action>.`)),
  ...scopes
    .filter((scope) => !(scope in corePermissions))
    .map((scope) => problem('SCOPE_UNKNOWN', `scopes.${scope}`, 'There is no such permission of the core.')),
];

const checkConfiguration = ({ configuration }: PluginManifest): Finding[] => {
  if (!configuration) return [];
  if (configuration.type !== 'object')
    return [problem('CONFIGURATION_SCHEMA', 'configuration', 'The configuration is a JSON Schema of type object.')];
  try {
    new Validator(configuration, '2020-12').validate({});
    return [];
  } catch (error) {
    return [problem('CONFIGURATION_SCHEMA', 'configuration', error instanceof Error ? error.message : String(error))];
  }
};

/** Two plugins whose prefixes begin alike could claim each other's names. */
export const checkRivals = (id: string, others: readonly string[]): Finding[] => {
  const own = namePrefix(id).toLowerCase();
  return others
    .filter((other) => other !== id)
    .filter((other) => own.startsWith(namePrefix(other).toLowerCase()) || namePrefix(other).toLowerCase().startsWith(own))
    .map((other) => problem('ID_PREFIX', 'id', `The prefix of ${id} and that of ${other} begin alike.`));
};
