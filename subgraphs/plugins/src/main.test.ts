import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { aTestDatabase } from '@plexica/foundation/testing';
import { anonymous, toTokenPayload } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));
const member = toTokenPayload({ ...anonymous, user: { id: '01890000-0000-7000-8000-000000000007', email: 'm@x.test', displayName: 'M' } });

describe('the plugins subgraph alone over HTTP', () => {
  it('answers a valid internal token of its own, and nothing else', async () => {
    await using home = await aTestDatabase();
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const platform = Fastify();
    platform.get('/.well-known/jwks.json', async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] }));
    await platform.listen({ host: '127.0.0.1', port: 0 });
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=development', main], {
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: tsconfig,
        PLEXICA_URL: `http://127.0.0.1:${(platform.server.address() as AddressInfo).port}`,
        PLEXICA_INSTALLATION: home.installation,
        PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
        DATABASE_URL: home.url,
        DATABASE_OWNER_URL: home.ownerUrl,
        STORAGE_URL: 'file:///tmp/plexica-unused',
        MAIL_URL: 'file:///tmp/plexica-unused',
        LOG_LEVEL: 'info',
        PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let address = '';
      for await (const line of createInterface({ input: child.stdout })) {
        address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? '';
        if (address) break;
      }
      const sign = (audience: string, key = privateKey) =>
        new SignJWT(member)
          .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
          .setIssuer('plexica')
          .setAudience(audience)
          .setIssuedAt()
          .setExpirationTime('30s')
          .sign(key);
      const ask = async (headers: Record<string, string>) => {
        const response = await fetch(`${address}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query: '{ _service { sdl } plugins { totalCount } }' }),
        });
        return { status: response.status, text: await response.text() };
      };

      const right = await ask({ 'plexica-token': await sign('plugins') });
      expect([right.status, right.text]).toEqual([200, expect.stringContaining('"totalCount":0')]);
      const stranger = (await generateKeyPair('EdDSA')).privateKey;
      for (const token of [undefined, 'forged', await sign('identity'), await sign('plugins', stranger)]) {
        const refused = await ask({ 'x-tenant-slug': 'acme', 'plexica-user': 'root', ...(token && { 'plexica-token': token }) });
        expect(refused.status).toBe(401);
        expect(refused.text).not.toContain('sdl');
      }
    } finally {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      await platform.close();
      expect(code).toBe(0);
    }
  });
});
