import { chmod, mkdtemp, rm } from 'node:fs/promises';
import {
  mailpitApi,
  type RunningServices,
  type ServiceName,
  secretOf,
  serviceNames,
  startServices,
} from './platform/src/services/index.ts';

/** Real services on free ports for the whole run, all of them or those that SERVICES names; PostgreSQL always. */
export default async () => {
  const names = chosenServices(process.env.SERVICES);
  const folder = await mkdtemp('/var/tmp/plexica-services-');
  await chmod(folder, 0o755);
  const services = await startServices(names, { folder, ports: 'free', say: (line) => console.log(`  ${line}`) });
  Object.assign(process.env, ...names.map((name) => testVariables(name, services)));
  return async () => {
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  };
};

const chosenServices = (wanted: string | undefined): ServiceName[] => {
  const names = wanted ? wanted.split(',').map((name) => name.trim()) : [...serviceNames];
  return [...new Set(['postgres', ...names])].map((name) => {
    const known = serviceNames.find((service) => service === name);
    if (!known) throw new Error(`SERVICES names ${name}, which is none of ${serviceNames.join(', ')}.`);
    return known;
  });
};

const testVariables = (name: ServiceName, services: RunningServices): Readonly<Record<string, string>> => {
  const url = services.urlOf(name);
  const place = services.placeOf(name);
  switch (name) {
    case 'postgres':
      return { TEST_DATABASE_URL: url };
    case 'redis':
      return { TEST_REDIS_URL: url };
    case 'kafka':
      return { TEST_KAFKA_URL: url };
    case 'keycloak':
      return { TEST_KEYCLOAK_URL: url, TEST_KEYCLOAK_CLIENT_ID: 'plexica-admin', TEST_KEYCLOAK_CLIENT_SECRET: secretOf(place, 'admin') };
    case 'minio':
      return { TEST_MINIO_URL: url };
    case 'mailpit':
      return { TEST_SMTP_URL: url, TEST_MAILPIT_URL: mailpitApi(place) };
  }
};
