import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLogger, createPortTokens, servePort } from '@plexica/foundation';
import { built } from '@plexica/foundation/testing';
import { type Claims, toTokenPayload } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { aHome } from '../test/a-home.ts';
import { platformAdmin } from '../test/a-tenancy.ts';
import { startFoundation } from '../test/foundation.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The process alone, beside an identity that knows which sessions ended. */
const aProcess = async () => {
  await built('@plexica/tenancy');
  const home = await aHome();
  const foundation = await startFoundation(home.variables);
  const platform = Fastify();
  const ended = new Set<string>();
  const ports = { tokens: createPortTokens(home.variables.PLEXICA_PLATFORM_KEY), log: createLogger({ level: 'silent' }) };
  servePort(platform, 'sessions', { count: async ({ session }: { session: string }) => !ended.has(session) }, ports);
  await platform.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(platform.server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...home.variables, PLEXICA_IDENTITY_URL: url, PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? '';
    if (address) break;
  }
  return {
    ended,
    url: address,
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

  it('takes no replayed token five seconds after its session ended', async () => {
    await using service = await aProcess();
    const token = { 'plexica-token': await service.sign({ ...platformAdmin, session: 'laptop' }, 'tenancy') };
    expect((await service.ask(token)).status).toBe(200);

    service.ended.add('laptop');
    await new Promise((resolve) => setTimeout(resolve, 5_000));

    expect((await service.ask(token)).status).toBe(401);
  });

  it('shows its port to nobody without the platform key', async () => {
    await using service = await aProcess();
    const ask = (headers: Record<string, string>) =>
      fetch(`${service.url}/_plexica/ports/tenants/bySlug`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ args: ['acme'] }),
      });
    const right = await createPortTokens('k'.repeat(32)).sign('tenants');
    const others = [
      undefined,
      await createPortTokens('x'.repeat(32)).sign('tenants'),
      await createPortTokens('k'.repeat(32)).sign('sessions'),
    ];

    for (const token of others) expect((await ask(token ? { 'plexica-port-token': token } : {})).status).toBe(404);
    expect((await ask({ 'plexica-token': await service.sign(platformAdmin, 'tenancy') })).status).toBe(404);
    expect((await ask({ 'plexica-port-token': right })).status).toBe(200);
  });
});
