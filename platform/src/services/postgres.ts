import { bootstrapCluster, preparePostgres } from '@plexica/foundation/database';
import pg from 'pg';
import { type Place, portOf, type Service, secretOf } from './service.ts';

/** PostgreSQL from the npm package that carries it; nothing to install. */
export const postgres: Service = {
  name: 'postgres',
  version: '18.4',
  ports: { postgres: 15_432 },
  secrets: ['superuser', 'owner', 'app'],
  startWithinMs: 30_000,
  // A fast shutdown: it doesn't wait for its clients.
  stopSignal: 'SIGINT',
  obtain: async () => '',
  async prepare(place) {
    const prepared = await preparePostgres({ folder: place.folder, password: secretOf(place, 'superuser') });
    return {
      command: prepared.program,
      arguments: prepared.arguments({ port: String(portOf(place, 'postgres')), max_connections: '400' }),
      user: prepared.user,
    };
  },
  async isHealthy(place) {
    const client = new pg.Client({ connectionString: superuserUrl(place), connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } finally {
      await client.end().catch(() => {});
    }
  },
  url: (place) => superuserUrl(place),
  async environment(place) {
    const passwords = { owner: secretOf(place, 'owner'), app: secretOf(place, 'app') };
    const { url, ownerUrl } = await bootstrapCluster(superuserUrl(place), { installation: 'plexica', passwords });
    return { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl };
  },
};

const superuserUrl = (place: Place): string =>
  `postgres://postgres:${secretOf(place, 'superuser')}@127.0.0.1:${portOf(place, 'postgres')}/postgres`;
