import { kafka } from './kafka.ts';
import { keycloak } from './keycloak.ts';
import { mailpit } from './mailpit.ts';
import { minio } from './minio.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { type Service, type ServiceName, serviceNames } from './service.ts';

export const services: Readonly<Record<ServiceName, Service>> = { postgres, redis, kafka, keycloak, minio, mailpit };

/** The named ones and what they need, in the order in which they start. */
export const withNeeds = (names: readonly ServiceName[]): Service[] => {
  const wanted = new Set(names.flatMap((name) => [...(services[name].needs ?? []), name]));
  return serviceNames.filter((name) => wanted.has(name)).map((name) => services[name]);
};

/** The named ones and what stands on them, in the order in which they end. */
export const withDependants = (names: readonly ServiceName[]): Service[] =>
  serviceNames
    .filter((name) => names.includes(name) || services[name].needs?.some((need) => names.includes(need)))
    .map((name) => services[name])
    .reverse();
