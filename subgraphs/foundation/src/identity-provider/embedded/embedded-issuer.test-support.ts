import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { pino } from 'pino';
import { aTestDatabase } from '../../database/testing/index.ts';
import { freePort } from '../../network/free-port.ts';
import { createInProcessSharedState } from '../../shared-state/in-process-shared-state.ts';
import { aPolicy, type Told } from '../a-policy.test-support.ts';
import type { SignInPolicy } from '../identity-provider.ts';
import { createEmbeddedIdentityProvider } from './embedded-identity-provider.ts';
import { issuerPersistence } from './issuer.persistence.ts';

/** An embedded issuer that listens on a free port, on a database of its own. */
export const anIssuer = async ({ policy: given }: { policy?: SignInPolicy } = {}) => {
  const told: Told = { failures: [], ended: [] };
  const policy = given ?? aPolicy(told);
  const db = await aTestDatabase({ modules: [issuerPersistence], platformSchema: false });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const identity = createEmbeddedIdentityProvider({
    url,
    database: db.database,
    vault: { seal: (plain) => Buffer.from(plain).toString('base64'), open: (sealed) => Buffer.from(sealed, 'base64').toString() },
    state: createInProcessSharedState(),
    clock: () => new Date(),
    newId: randomUUID,
    log: pino({ level: 'silent' }),
    policy: () => policy,
    realmInfo: async (realm) => ({ name: `The <${realm}> Company`, colour: '#0a7d33' }),
    passwordCost: { N: 2 ** 10, r: 8, p: 1 },
  });
  const app = fastify();
  await identity.register(app);
  await app.listen({ host: '127.0.0.1', port });
  return {
    identity,
    url,
    consoleUrl: url,
    told,
    realm: 'acme-corp',
    async [Symbol.asyncDispose]() {
      await app.close();
      await db[Symbol.asyncDispose]();
    },
  };
};
