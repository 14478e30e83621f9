import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { aTestDatabase } from '../../database/testing/index.ts';
import { aPolicy, type Told } from '../a-policy.test-support.ts';
import { issuerPersistence } from '../embedded/index.ts';
import { identityProviderContract } from '../identity-provider.contract.ts';
import { createKeycloakIdentityProvider } from './keycloak-identity-provider.ts';

const { TEST_KEYCLOAK_URL: url = '', TEST_KEYCLOAK_CLIENT_ID: id = '', TEST_KEYCLOAK_CLIENT_SECRET: secret = '' } = process.env;
const identityUrl = `keycloak+${url.replace('://', `://${id}:${encodeURIComponent(secret)}@`)}`;

const consoleUrl = 'http://localhost:4000';

const aKeycloak = async (at = identityUrl) => {
  const told: Told = { failures: [], ended: [] };
  const test = await aTestDatabase({ modules: [issuerPersistence] });
  const identity = createKeycloakIdentityProvider({
    identityUrl: at,
    platformKey: 'k'.repeat(32),
    platformUrl: consoleUrl,
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

identityProviderContract('Keycloak', aKeycloak);

describe('Keycloak: its address', () => {
  it('that nobody answers at is an error that passes, soon enough', async () => {
    await using under = await aKeycloak('keycloak+http://id:secret@127.0.0.1:1');
    await expect(under.identity.createRealm(under.realm)).rejects.toThrow('Keycloak does not answer');
    await expect(under.identity.signIn(under.realm, { username: 'a@b.test', password: 'x' })).rejects.toThrow('Keycloak does not answer');
  });

  it('is where tokens come from, a realm for each tenant', async () => {
    await using under = await aKeycloak();
    expect(under.identity.endpoints('acme-corp').issuer).toBe(`${url}/realms/plexica-acme-corp`);
    expect(under.identity.endpoints('plexica').issuer).toBe(`${url}/realms/plexica`);
  });
});
