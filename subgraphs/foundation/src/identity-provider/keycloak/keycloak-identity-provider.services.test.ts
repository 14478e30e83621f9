import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { identityProviderContract } from '../identity-provider.contract.ts';
import { signInAtPage } from '../sign-in-page.test-support.ts';
import { aKeycloak, keycloakUrl } from './a-keycloak.test-support.ts';
import { loginSecretOf } from './keycloak-tokens.ts';

identityProviderContract('Keycloak', aKeycloak);

describe('Keycloak: the login client of a realm', () => {
  it('takes passwords with its secret alone, and has an account of its own that is nobody’s', async () => {
    await using under = await aKeycloak();
    const { identity, realm } = under;
    await identity.createRealm(realm, 'Acme');
    const ask = async (fields: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: 'plexica-login', ...fields });
      const answer = await fetch(`${identity.endpoints(realm).issuer}/protocol/openid-connect/token`, { method: 'POST', body });
      return { status: answer.status, ...((await answer.json()) as { access_token?: string }) };
    };

    const open = await ask({ grant_type: 'password', username: 'ada@acme.test', password: 'x' });
    const own = await ask({ grant_type: 'client_credentials', client_secret: loginSecretOf('k'.repeat(32))(realm) });

    expect(open.status).toBe(401);
    expect(decodeJwt(own.access_token ?? '')).toMatchObject({ aud: expect.arrayContaining(['plexica']), azp: 'plexica-login' });
  });
});

describe('Keycloak: a password', () => {
  const ada = { subject: randomUUID(), email: 'ada@acme.test', displayName: 'Ada', enabled: true };
  const password = 'correct horse battery';
  const withAda = async () => {
    const under = await aKeycloak();
    await under.identity.createRealm(under.realm, 'Acme');
    await under.identity.putAccount(under.realm, ada);
    await under.identity.setPassword(under.realm, ada.subject, password);
    return under;
  };
  const atPage = ({ identity, realm, consoleUrl }: Awaited<ReturnType<typeof withAda>>, secret = password) =>
    signInAtPage({ issuer: identity.endpoints(realm).issuer, consoleUrl }, { username: ada.email, password: secret });

  it('that is right is taken while the same account signs in past us', async () => {
    await using under = await withAda();
    const { identity, realm } = under;
    const form = { client_id: 'plexica-login', client_secret: loginSecretOf('k'.repeat(32))(realm), grant_type: 'password' };
    const pastUs = async () => {
      const body = new URLSearchParams({ ...form, username: ada.email, password });
      await fetch(`${identity.endpoints(realm).issuer}/protocol/openid-connect/token`, { method: 'POST', body });
    };

    for (let round = 0; round < 10; round++) {
      const elsewhere = [pastUs(), pastUs()];
      await expect(identity.signIn(realm, { username: ada.email, password })).resolves.toMatchObject({ subject: ada.subject });
      await Promise.all(elsewhere);
    }
  });

  it('is refused as ACCOUNT_LOCKED after five failures at the page', async () => {
    await using under = await withAda();
    for (let attempt = 0; attempt < 5; attempt++) await atPage(under, 'wrong');

    await expect(under.identity.signIn(under.realm, { username: ada.email, password })).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' });
  });
});

describe('Keycloak: the page of a realm', () => {
  it('names the tenant, also after it was given another name', async () => {
    await using under = await aKeycloak();
    const { identity, realm, consoleUrl } = under;
    const page = { issuer: identity.endpoints(realm).issuer, consoleUrl };
    const shown = async () => (await signInAtPage(page, { username: 'nobody', password: 'x' })).html;
    await identity.createRealm(realm, 'Acme & Sons');
    expect(await shown()).toContain('Acme &amp; Sons');

    await identity.nameRealm(realm, 'Acme Holding');

    expect(await shown()).toContain('Acme Holding');
    await expect(identity.nameRealm(`${realm}-gone`, 'Nobody')).resolves.toBeUndefined();
  });
});

describe('Keycloak: its address', () => {
  it('that nobody answers at is an error that passes, soon enough', async () => {
    await using under = await aKeycloak({ at: 'http://127.0.0.1:1' });
    await expect(under.identity.createRealm(under.realm, 'Acme')).rejects.toThrow('Keycloak does not answer');
    await expect(under.identity.signIn(under.realm, { username: 'a@b.test', password: 'x' })).rejects.toThrow('Keycloak does not answer');
  });

  it('is where tokens come from, a realm for each tenant', async () => {
    await using under = await aKeycloak();
    expect(under.identity.endpoints('acme-corp').issuer).toBe(`${keycloakUrl}/realms/plexica-acme-corp`);
    expect(under.identity.endpoints('plexica').issuer).toBe(`${keycloakUrl}/realms/plexica`);
  });
});
