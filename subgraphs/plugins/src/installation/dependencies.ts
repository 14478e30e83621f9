import { DomainError, type PluginManifest } from '@plexica/plugin-kit';
import { satisfies } from 'semver';
import type { PluginInstallation } from './installation.entity.ts';

type Active = Pick<PluginInstallation, 'pluginId' | 'pluginVersion'>;

/** What a plugin needs is active, and nothing that it can't live beside; INSTALLATION_NOT_READY names the other plugin. */
export const checkDependencies = ({ id, dependencies }: PluginManifest, active: readonly Active[]): void => {
  if (!dependencies) return;
  const has = (pluginId: string, range: string) =>
    active.some((other) => other.pluginId === pluginId && satisfies(other.pluginVersion, range, { includePrerelease: true }));
  const missing = Object.entries(dependencies.required).find(([other, range]) => !has(other, range));
  if (missing) throw notReady(`${id} needs ${missing[0]} ${missing[1]} to be active.`);
  const conflict = Object.entries(dependencies.conflicts).find(([other, range]) => has(other, range));
  if (conflict) throw notReady(`${id} does not work beside ${conflict[0]} ${conflict[1]}.`);
};

const notReady = (message: string) => new DomainError('INSTALLATION_NOT_READY', { message, path: ['input', 'pluginId'] });
