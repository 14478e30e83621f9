import { describe, expect, it } from 'vitest';
import { keycloakEndpoints, readKeycloakUrl } from './keycloak-address.ts';

describe('the address of Keycloak', () => {
  it('is one for all unless told', () => {
    const address = readKeycloakUrl('keycloak+https://admin:s%40crt@id.example.com/auth/');

    expect(address).toMatchObject({ url: 'https://id.example.com/auth', clientId: 'admin', clientSecret: 's@crt' });
    expect(keycloakEndpoints(address, 'acme').issuer).toBe('https://id.example.com/auth/realms/plexica-acme');
  });

  it('is another for browsers and in tokens, where it says so; keys are fetched from inside', () => {
    const address = readKeycloakUrl('keycloak+http://admin:secret@keycloak:8080?public=https://id.example.com/');

    expect(keycloakEndpoints(address, 'acme')).toMatchObject({
      issuer: 'https://id.example.com/realms/plexica-acme',
      jwksUri: 'http://keycloak:8080/realms/plexica-acme/protocol/openid-connect/certs',
    });
  });
});
