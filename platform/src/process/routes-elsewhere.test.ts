import { type EdgeEnvironment, readEdgeEnvironment, type SigningKeys } from '@plexica/foundation';
import type { Gateway } from '@plexica/gateway';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { registerRoutesElsewhere } from './routes-elsewhere.ts';

/** Nobody listens at a discarded port, so what is passed on fails. */
const environment: EdgeEnvironment = readEdgeEnvironment({
  PLEXICA_URL: 'http://localhost:4000',
  PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
  PLEXICA_PLUGINS_URL: 'http://127.0.0.1:9',
});

describe('the paths that other processes answer', () => {
  it("leave the console's page of plugins to the console, and pass on the files of plugins", async () => {
    await using server = Fastify();
    server.setNotFoundHandler(async () => 'the page');
    await registerRoutesElsewhere(server, { environment, gateway: {} as Gateway, keys: {} as SigningKeys });

    expect((await server.inject('/plugins')).body).toBe('the page');
    expect((await server.inject('/plugins/notes/1.0.0/remote.js')).statusCode).toBeGreaterThanOrEqual(500);
  });

  it.each([
    ['the peer itself, whatever it says', '', '127.0.0.1'],
    ['whom a trusted proxy names', 'loopback', '198.51.100.7'],
  ])('are told who asks: %s', async (_, proxies, expected) => {
    await using elsewhere = Fastify();
    elsewhere.get('/plugins/who', async ({ headers }) => headers['x-forwarded-for'] ?? 'nobody');
    const url = await elsewhere.listen({ host: '127.0.0.1', port: 0 });
    await using server = Fastify();
    const trusting = { ...environment, PLEXICA_PLUGINS_URL: url, PLEXICA_TRUSTED_PROXIES: proxies ? [proxies] : [] };
    await registerRoutesElsewhere(server, { environment: trusting, gateway: {} as Gateway, keys: {} as SigningKeys });

    const { body } = await server.inject({ url: '/plugins/who', headers: { 'x-forwarded-for': '198.51.100.7' } });

    expect(body).toBe(expected);
  });
});
