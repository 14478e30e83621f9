import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { type Plugin, PluginEntity, PluginVersionEntity, type PluginVersionRow, type ReviewStatus } from '../registry/plugin.entity.ts';

/** A version and its plugin; nobody else changes its state before the transaction ends. */
export const lockedVersion = async (em: EntityManager, { pluginId, version }: Pick<PluginVersionRow, 'pluginId' | 'version'>) => {
  const plugin = await em.findOne(PluginEntity, { id: pluginId });
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  const row = plugin && ((await em.findOne(PluginVersionEntity, { pluginId, version }, lock)) as PluginVersionRow | null);
  if (!plugin || !row) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', plugin ? 'version' : 'pluginId'] });
  return { plugin: plugin as Plugin, row };
};

/** REVIEW_STATUS_WRONG unless the version stands where a step begins. */
export const mustStand = ({ status }: PluginVersionRow, wanted: ReviewStatus): void => {
  if (status === wanted) return;
  throw new DomainError('REVIEW_STATUS_WRONG', { message: `This version is ${status}, not ${wanted}.`, path: ['input', 'version'] });
};
