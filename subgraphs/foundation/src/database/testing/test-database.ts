import { randomBytes } from 'node:crypto';
import { bootstrapCluster } from '../cluster.ts';
import { createDatabase } from '../create-database.ts';
import { type Database, type PersistenceModule, platformTenant } from '../database.ts';

/** A fresh database on the test run's PostgreSQL, with its own installation prefix. Closed by `await using`. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  readonly installation: string;
  readonly url: string;
  readonly ownerUrl: string;
  readonly superuserUrl: string;
}

export interface TestDatabaseOptions {
  readonly modules?: readonly PersistenceModule[];
  /** Whether the platform's own realm has its schema already; yes unless told. */
  readonly platformSchema?: boolean;
}

/** The server that vitest's global setup started, or the one that TEST_DATABASE_URL names. */
export const testServerUrl = (): string => {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('No test server: run this through vitest at the root, whose global setup starts PostgreSQL.');
  return url;
};

export const aTestDatabase = async ({ modules = [], platformSchema = true }: TestDatabaseOptions = {}): Promise<TestDatabase> => {
  const superuserUrl = testServerUrl();
  const installation = `t${randomBytes(5).toString('hex')}`;
  const logins = await bootstrapCluster(superuserUrl, { installation });
  const database = await createDatabase({ ...logins, installation, modules, poolSize: 10 });
  if (platformSchema) await database.createTenantSchema(platformTenant);
  return { database, installation, superuserUrl, ...logins, [Symbol.asyncDispose]: () => database.stop() };
};
