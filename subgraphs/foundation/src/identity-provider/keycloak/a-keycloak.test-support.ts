import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Database } from '../../database/database.ts';
import { aTestDatabase } from '../../database/testing/index.ts';
import { aPolicy, type Told } from '../a-policy.test-support.ts';
import { issuerPersistence } from '../embedded/index.ts';
import { createKeycloakIdentityProvider } from './keycloak-identity-provider.ts';

const { TEST_KEYCLOAK_URL: url = '', TEST_KEYCLOAK_CLIENT_ID: id = '', TEST_KEYCLOAK_CLIENT_SECRET: secret = '' } = process.env;
export const keycloakUrl = url;

const consoleUrl = 'http://localhost:4000';

interface KeycloakOptions {
  /** Where Keycloak is reached. */
  readonly at?: string;
  readonly patienceMs?: number;
  /** Where the console is. */
  readonly platformUrl?: string;
  /** Another process of the same platform. */
  readonly beside?: { readonly realm: string; readonly database: Database };
}

/** The provider with a realm name that nobody else uses, on a database of its own unless it stands beside another. */
export const aKeycloak = async ({ at = keycloakUrl, patienceMs, platformUrl = consoleUrl, beside }: KeycloakOptions = {}) => {
  const told: Told = { failures: [], ended: [] };
  await using own = new AsyncDisposableStack();
  const database = beside?.database ?? own.use(await aTestDatabase({ modules: [issuerPersistence] })).database;
  const identity = createKeycloakIdentityProvider({
    identityUrl: `keycloak+${at.replace('://', `://${id}:${encodeURIComponent(secret)}@`)}`,
    ...(patienceMs && { patienceMs }),
    platformKey: 'k'.repeat(32),
    platformUrl,
    database,
    clock: () => new Date(),
    log: pino({ level: 'silent' }),
    policy: () => aPolicy(told),
  });
  const realm = beside?.realm ?? `t-${randomUUID().slice(0, 8)}`;
  if (!beside) own.defer(() => identity.deleteRealm(realm).catch(() => {}));
  const kept = own.move();
  return {
    identity,
    realm,
    database,
    consoleUrl,
    told,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};
