import { createKeycloakIdentityProvider } from '@plexica/foundation/keycloak';
import { anIdentity } from '../../test/an-identity.ts';
import { signInContract } from './sign-in.contract.ts';

const { TEST_KEYCLOAK_URL: url = '', TEST_KEYCLOAK_CLIENT_ID: id = '', TEST_KEYCLOAK_CLIENT_SECRET: secret = '' } = process.env;
const identityUrl = `keycloak+${url.replace('://', `://${id}:${encodeURIComponent(secret)}@`)}`;
const consoleUrl = 'http://localhost:4000';

signInContract('at Keycloak', async () => {
  const world = await anIdentity({
    provider: (_embedded, parts) =>
      createKeycloakIdentityProvider({ ...parts, identityUrl, platformKey: 'k'.repeat(32), platformUrl: consoleUrl }),
  });
  return {
    world,
    consoleUrl,
    async [Symbol.asyncDispose]() {
      for (const { slug } of [world.acme, world.globex]) await world.identity.deleteRealm(slug);
      await world[Symbol.asyncDispose]();
    },
  };
});
