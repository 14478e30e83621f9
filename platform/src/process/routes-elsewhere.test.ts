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
});
