import { describe, expect, it } from 'vitest';
import { identityProviderContract } from '../identity-provider.contract.ts';
import { aKeycloak, keycloakUrl } from './a-keycloak.test-support.ts';

identityProviderContract('Keycloak', aKeycloak);

describe('Keycloak: its address', () => {
  it('that nobody answers at is an error that passes, soon enough', async () => {
    await using under = await aKeycloak({ at: 'http://127.0.0.1:1' });
    await expect(under.identity.createRealm(under.realm)).rejects.toThrow('Keycloak does not answer');
    await expect(under.identity.signIn(under.realm, { username: 'a@b.test', password: 'x' })).rejects.toThrow('Keycloak does not answer');
  });

  it('is where tokens come from, a realm for each tenant', async () => {
    await using under = await aKeycloak();
    expect(under.identity.endpoints('acme-corp').issuer).toBe(`${keycloakUrl}/realms/plexica-acme-corp`);
    expect(under.identity.endpoints('plexica').issuer).toBe(`${keycloakUrl}/realms/plexica`);
  });
});
