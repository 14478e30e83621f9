import { answerUnavailable } from '@plexica/foundation';
import type { FastifyInstance } from 'fastify';
import type { TenancyDeps } from '../deps.ts';
import { tenantBucket } from '../provisioning/tenant-bucket.ts';
import { brandingKey } from './branding-asset.ts';
import { createTenantDirectory } from './tenant-directory.ts';

/** `GET /branding/<slug>/<file>`: public, since sign-in pages show it, and of active tenants alone, as those are; immutable, since its name is what is in it. */
export const registerBrandingFiles = async (
  server: FastifyInstance,
  { database, storage, settings }: Pick<TenancyDeps, 'database' | 'storage' | 'settings'>,
): Promise<void> => {
  const tenants = createTenantDirectory({ database });
  await server.register(async (scope) => {
    answerUnavailable(scope);
    scope.get<{ Params: { slug: string; file: string } }>('/branding/:slug/:file', async ({ params: { slug, file } }, reply) => {
      const key = /^[a-z0-9-]{2,40}$/.test(slug) ? brandingKey(file) : undefined;
      const shown = key && (await tenants.statusOf(slug)) === 'ACTIVE';
      const found = shown && (await storage.get(tenantBucket(settings, slug), key));
      if (!found) return reply.status(404).header('cache-control', 'no-store').send({ error: 'Not found' });
      return reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'; sandbox",
        })
        .type(found.contentType)
        .send(Buffer.from(found.bytes));
    });
  });
};
