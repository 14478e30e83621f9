import { isOurs } from './process-tree.ts';
import { placeOf, readRecord } from './record.ts';
import type { Service } from './service.ts';

export interface ServiceState {
  readonly name: string;
  readonly version: string;
  readonly state: 'never started' | 'down' | 'up' | 'unwell';
  readonly pid?: number;
  readonly ports?: Readonly<Record<string, number>>;
  readonly log: string;
}

/** What a data folder's record says of a service, and whether that is so. */
export const serviceState = async (service: Service, root: string): Promise<ServiceState> => {
  const { name, version } = service;
  const { folder, log } = placeOf(root, name);
  const record = await readRecord(root, name);
  if (!record) return { name, version, state: 'never started', log };
  const { ports, secrets, pid } = record;
  if (!(await isOurs(pid, folder))) return { name, version, state: 'down', ports, log };
  const healthy = await service.isHealthy({ folder, program: '', ports, secrets, urlOf: () => '' }).catch(() => false);
  return { name, version, state: healthy ? 'up' : 'unwell', pid, ports, log };
};
