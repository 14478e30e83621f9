import { type PluginManifest, pluginManifest } from '@plexica/plugin-kit';
import { builtInRoles, corePermissions } from '@plexica/schema';
import { type Finding, problem } from '../finding.ts';
import { checkConfiguration } from './configuration-rules.ts';

/** The manifest as its schema reads it, or what is wrong with it. */
export const readManifest = (
  value: unknown,
): { manifest: PluginManifest; findings: Finding[] } | { manifest?: undefined; findings: Finding[] } => {
  const parsed = pluginManifest.safeParse(value);
  if (!parsed.success)
    return { findings: parsed.error.issues.map(({ path, message }) => problem('MANIFEST_INVALID', path.join('.'), message)) };
  const manifest = parsed.data;
  return { manifest, findings: [...checkPermissions(manifest), ...checkHooks(manifest), ...checkConfiguration(manifest)] };
};

const checkPermissions = ({ id, permissions, scopes }: PluginManifest): Finding[] => [
  ...Object.keys(permissions)
    .filter((name) => !new RegExp(`^${id}(\\.[a-z][a-z0-9-]*){2}$`).test(name))
    .map((name) => problem('PERMISSION_NAME', `permissions.${name}`, `Permissions of this plugin are ${id}.<resource>.<action>.`)),
  ...Object.entries(permissions).flatMap(([name, { roles }]) =>
    roles
      .filter((role) => !Object.hasOwn(builtInRoles, role))
      .map((role) => problem('PERMISSION_ROLE', `permissions.${name}`, `${role} is none of the roles that every tenant has.`)),
  ),
  ...scopes
    .filter((scope) => !Object.hasOwn(corePermissions, scope))
    .map((scope) => problem('SCOPE_UNKNOWN', `scopes.${scope}`, 'There is no such permission of the core.')),
];

const checkHooks = ({ hooks }: PluginManifest): Finding[] => {
  const names = hooks.map(({ kind, hook }) => `${kind} ${hook}`);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => problem('HOOK_TWICE', 'hooks', `The ${name} is subscribed to twice; the plugin’s service is called once for each.`));
};
