import type { ClientOf } from '@plexica/foundation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '../directory/directory.ts';
import type { Admitted } from '../request.ts';
import { slugOfHost } from '../tenant/resolve-tenant.ts';

export interface CorsDeps {
  readonly directory: Pick<Directory, 'tenant' | 'allowedOrigins'>;
  readonly baseDomain: string | undefined;
  readonly clientOf: ClientOf;
}

export type Cors = ReturnType<typeof createCors>;

const preflightSeconds = 600;
const asked = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'accept, apollo-require-preflight, apollographql-client-name, authorization, content-type, if-none-match, traceparent, x-apollo-operation-name, x-tenant-slug',
  'access-control-max-age': String(preflightSeconds),
};
const readable = { 'access-control-expose-headers': 'etag, retry-after, x-request-id' };

/** Front ends of other origins, as each tenant allows them. Tokens travel in a header, so cookies are never allowed along. */
export const createCors = ({ directory, baseDomain, clientOf }: CorsDeps) => ({
  /** A preflight says neither who asks nor, mostly, of which tenant: the host may, else any tenant's origins are good enough to ask on. */
  async preflight({ headers, raw }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const slug = slugOfHost(clientOf(raw).host, baseDomain);
    const known = slug === undefined ? await directory.allowedOrigins() : (await directory.tenant(slug))?.allowedOrigins;
    reply.header('vary', 'origin, access-control-request-method');
    if (headers.origin !== undefined && known?.includes(headers.origin))
      reply.headers({ ...asked, 'access-control-allow-origin': headers.origin });
    return reply.status(204).send();
  },

  /** Lets the page that asked read the answer, if the tenant it asked of allows its origin. Without a tenant, if any does. */
  async answer({ headers: { origin } }: FastifyRequest, reply: FastifyReply, admitted: Admitted | undefined): Promise<void> {
    if (origin === undefined) return;
    const known = admitted?.tenant ? admitted.tenant.allowedOrigins : await directory.allowedOrigins().catch(() => []);
    reply.header('vary', 'origin');
    if (known?.includes(origin)) reply.headers({ ...readable, 'access-control-allow-origin': origin });
  },
});
