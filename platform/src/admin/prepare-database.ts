import { type ClusterEnvironment, ConfigurationProblem } from '@plexica/foundation';
import { bootstrapCluster, bootstrapNeighbour } from '@plexica/foundation/database';

/** Makes on a server what the URLs name, Keycloak's database too. Run again it sets the passwords anew and changes nothing else. */
export const prepareDatabase = async (environment: ClusterEnvironment): Promise<void> => {
  const { PLEXICA_INSTALLATION: installation, DATABASE_SUPERUSER_URL: superuserUrl, KEYCLOAK_DATABASE_URL } = environment;
  const passwordIn = (variable: 'DATABASE_URL' | 'DATABASE_OWNER_URL', name: string): string => {
    const { username, password, pathname } = new URL(environment[variable]);
    if (username !== name || pathname !== `/${installation}` || !password)
      throw new ConfigurationProblem([`${variable}: must be the login ${name}, with a password, of the database ${installation}`]);
    return decodeURIComponent(password);
  };
  const app = passwordIn('DATABASE_URL', `${installation}_app`);
  const owner = passwordIn('DATABASE_OWNER_URL', `${installation}_owner`);
  await bootstrapCluster(superuserUrl, { installation, passwords: { app, owner } });
  if (!KEYCLOAK_DATABASE_URL) return;
  const { username, password, pathname } = new URL(KEYCLOAK_DATABASE_URL);
  await bootstrapNeighbour(superuserUrl, { name: username, password: decodeURIComponent(password) }, pathname.slice(1));
};
