import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
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
}

/** The provider on a database of its own, with a realm name that nobody else uses; a test more than once in the same realm passes it on. */
export const aKeycloak = async ({ at = keycloakUrl, patienceMs, platformUrl = consoleUrl }: KeycloakOptions = {}) => {
  const told: Told = { failures: [], ended: [] };
  const test = await aTestDatabase({ modules: [issuerPersistence] });
  const identity = createKeycloakIdentityProvider({
    identityUrl: `keycloak+${at.replace('://', `://${id}:${encodeURIComponent(secret)}@`)}`,
    ...(patienceMs && { patienceMs }),
    platformKey: 'k'.repeat(32),
    platformUrl,
    database: test.database,
    clock: () => new Date(),
    log: pino({ level: 'silent' }),
    policy: () => aPolicy(told),
  });
  const realm = `t-${randomUUID().slice(0, 8)}`;
  return {
    identity,
    realm,
    consoleUrl,
    told,
    async [Symbol.asyncDispose]() {
      await identity.deleteRealm(realm).catch(() => {});
      await test[Symbol.asyncDispose]();
    },
  };
};
