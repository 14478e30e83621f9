import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { readKeycloakUrl } from '@plexica/foundation';
import type { BuiltInOperations } from '@plexica/gateway';
import type { FastifyInstance } from 'fastify';

/** Serves the built console: hashed assets for good, its one page for every path that is nothing else, all under its CSP. */
export const registerConsole = async (server: FastifyInstance, { folder, connectTo }: { folder: string; connectTo: readonly string[] }) => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const explorer = readFileSync(join(folder, 'explorer.html'), 'utf8');
  const headers = { ...securityHeaders, 'content-security-policy': contentSecurityPolicy(folder, connectTo) };

  await server.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });
  const icon = readFileSync(join(folder, 'icon.svg'));
  // Of every page on this origin, those of the issuer included.
  server.get('/icon.svg', async (_request, reply) =>
    reply.headers({ 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' }).type('image/svg+xml').send(icon),
  );
  server.setNotFoundHandler(async (request, reply) => {
    if (request.method !== 'GET' || !acceptsPage(request.headers.accept)) return reply.status(404).send({ error: 'Not found' });
    return reply.headers(headers).type('text/html; charset=utf-8').send(page);
  });
  return {
    explorer: () => ({ html: explorer, headers }),
    /** What it asks, for tenants that run registered operations alone. */
    operations: JSON.parse(readFileSync(join(folder, 'operations.json'), 'utf8')) as BuiltInOperations,
  };
};

/** Where the console signs in, beside this platform itself. */
export const issuerOrigins = ({ IDENTITY_URL: url }: { readonly IDENTITY_URL: string }): string[] =>
  url.startsWith('keycloak+') ? [new URL(readKeycloakUrl(url).publicUrl).origin] : [];

const acceptsPage = (accept = ''): boolean => accept.includes('text/html') || accept === '*/*' || accept === '';

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};

/** The console states its own policy at build time; the deployment adds the origins of issuer and storage. */
const contentSecurityPolicy = (folder: string, connectTo: readonly string[]): string => {
  const directives = JSON.parse(readFileSync(join(folder, 'csp.json'), 'utf8')) as Record<string, string[]>;
  const connect = [...(directives['connect-src'] ?? ["'self'"]), ...connectTo];
  return Object.entries({ ...directives, 'connect-src': connect })
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
};
