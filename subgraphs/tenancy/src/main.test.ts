import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Claims, toTokenPayload } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { aHome } from '../test/a-home.ts';
import { platformAdmin } from '../test/a-tenancy.ts';
import { startFoundation } from '../test/foundation.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));

/** The process alone, beside a platform of which only the keys can be had. */
const aProcess = async () => {
  const home = await aHome();
  const foundation = await startFoundation(home.variables);
  const platform = Fastify();
  platform.get('/.well-known/jwks.json', () => foundation.keys.jwks());
  await platform.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(platform.server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=development', main], {
    env: { ...process.env, ...home.variables, PLEXICA_URL: url, PORT: '0', LOG_LEVEL: 'info', TSX_TSCONFIG_PATH: tsconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? '';
    if (address) break;
  }
  return {
    sign: (claims: Claims, audience: string, expiresInSeconds = 30) =>
      foundation.keys.sign(toTokenPayload(claims), { audience, expiresInSeconds }),
    async ask(headers: Record<string, string> = {}) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ __typename tenants { totalCount } }' }),
      });
      return { status: response.status, body: (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] } };
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return code;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await platform.close();
      await foundation.stop();
      await home[Symbol.asyncDispose]();
    },
  };
};

describe('the subgraph alone over HTTP', () => {
  it('answers a valid internal token of its own, and nothing else', async () => {
    await using service = await aProcess();
    const { privateKey } = await generateKeyPair('EdDSA');
    const forged = await new SignJWT(toTokenPayload(platformAdmin))
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('plexica')
      .setAudience('tenancy')
      .setIssuedAt()
      .setExpirationTime('30s')
      .sign(privateKey);
    const refused: Record<string, string>[] = [
      {},
      { 'plexica-token': forged },
      { 'plexica-token': 'nonsense' },
      { 'plexica-token': await service.sign(platformAdmin, 'identity') },
      { 'plexica-token': await service.sign(platformAdmin, 'tenancy', -10) },
      { authorization: `Bearer ${await service.sign(platformAdmin, 'tenancy')}` },
      { 'x-tenant-slug': 'acme', 'x-user-id': 'root' },
    ];

    for (const headers of refused) {
      const { status, body } = await service.ask(headers);
      expect(status).toBe(401);
      expect(body).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect(await service.ask({ 'plexica-token': await service.sign(platformAdmin, 'tenancy') })).toEqual({
      status: 200,
      body: { data: { __typename: 'Query', tenants: { totalCount: 0 } } },
    });
    const powerless = await service.sign({ ...platformAdmin, roles: [] }, 'tenancy');
    expect((await service.ask({ 'plexica-token': powerless })).body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await service.stop()).toBe(0);
  });
});
