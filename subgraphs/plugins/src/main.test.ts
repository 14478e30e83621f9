import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createFoundation, readEnvironment } from '@plexica/foundation';
import { aTestDatabase, built } from '@plexica/foundation/testing';
import { anonymous, toTokenPayload } from '@plexica/plugin-kit';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { pluginsPersistence } from './persistence.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const member = toTokenPayload({ ...anonymous, user: { id: '01890000-0000-7000-8000-000000000007', email: 'm@x.test', displayName: 'M' } });

/** The same foundation in this process: its keys are those of the platform. */
const aFoundation = async (variables: Record<string, string>) => {
  const foundation = await createFoundation(readEnvironment({ ...variables, LOG_LEVEL: 'silent' }), {
    modules: [pluginsPersistence],
    identity: () => ({}) as never,
  });
  return { ...foundation, [Symbol.asyncDispose]: () => foundation.stop() };
};

describe('the plugins subgraph alone over HTTP', () => {
  it('answers a valid internal token of its own, and nothing else', async () => {
    await built('@plexica/plugins');
    await using home = await aTestDatabase();
    const variables = {
      PLEXICA_URL: 'http://localhost:4000',
      PLEXICA_INSTALLATION: home.installation,
      PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
      DATABASE_URL: home.url,
      DATABASE_OWNER_URL: home.ownerUrl,
      STORAGE_URL: 'file:///tmp/plexica-unused',
      MAIL_URL: 'file:///tmp/plexica-unused',
    };
    await using foundation = await aFoundation(variables);
    const child = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        ...variables,
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
      const sign = (audience: string) => foundation.keys.sign(member, { audience, expiresInSeconds: 30 });
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
      const { privateKey } = await generateKeyPair('EdDSA');
      const forged = await new SignJWT(member)
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer('plexica')
        .setAudience('plugins')
        .setIssuedAt()
        .setExpirationTime('30s')
        .sign(privateKey);
      for (const token of [undefined, 'nonsense', await sign('identity'), forged]) {
        const refused = await ask({ 'x-tenant-slug': 'acme', 'plexica-user': 'root', ...(token && { 'plexica-token': token }) });
        expect(refused.status).toBe(401);
        expect(refused.text).not.toContain('sdl');
      }
    } finally {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
    }
  });
});
