import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createKeycloakAdmin } from './keycloak-admin.ts';

describe('a token of the admin API', () => {
  it('holds for as long as Keycloak takes it, whatever its clock and ours say', async () => {
    const ranOut = new UnsecuredJWT().setExpirationTime(new Date(Date.now() - 5_000)).encode();
    const server = createServer(({ method, headers }, answer) => {
      const taken = method === 'POST' || headers.authorization === `Bearer ${ranOut}`;
      answer.writeHead(taken ? 200 : 401).end(JSON.stringify({ access_token: ranOut, realm: 'acme' }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const admin = createKeycloakAdmin({ url, publicUrl: url, clientId: 'plexica', clientSecret: 's' }, { log: pino({ level: 'silent' }) });

    const found = await admin.call((client) => client.realms.findOne({ realm: 'acme' }));

    expect(found).toMatchObject({ realm: 'acme' });
    server.close();
  });
});
