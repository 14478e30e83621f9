import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { ClientOf } from '@plexica/foundation';
import type { Directory } from '../directory/directory.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { anonymousPrincipal } from '../principal/principal.ts';
import type { Admitted } from '../request.ts';
import { couldBeSlug, slugOfHost } from '../tenant/resolve-tenant.ts';
import type { HttpAnswer } from './send-answer.ts';

export interface CorsDeps {
  readonly directory: Pick<Directory, 'tenant' | 'allowedOrigins'>;
  readonly rateLimit: Pick<RateLimit, 'caller'>;
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
export const createCors = ({ directory, rateLimit, baseDomain, clientOf }: CorsDeps) => {
  const originsAt = async (host: string | undefined): Promise<readonly string[] | undefined> => {
    const slug = slugOfHost(host, baseDomain);
    if (slug === undefined) return directory.allowedOrigins();
    return couldBeSlug(slug) ? (await directory.tenant(slug))?.allowedOrigins : undefined;
  };
  return {
    /**
     * A preflight says neither who asks nor, mostly, of which tenant: the host may, else any tenant's origins are good enough to ask on.
     * Counted like any other request without a token. Rejects with a refusal.
     */
    async preflight(request: IncomingMessage): Promise<HttpAnswer> {
      const { origin } = request.headers;
      const { address, host } = clientOf(request);
      await rateLimit.caller({ principal: anonymousPrincipal, address });
      const allowed = origin !== undefined && (await originsAt(host).catch(() => undefined))?.includes(origin);
      const vary = 'origin, access-control-request-method';
      return { status: 204, headers: { vary, ...(allowed && { ...asked, 'access-control-allow-origin': origin }) } };
    },

    /** Headers that let the page that asked read the answer, if the tenant it asked of allows its origin. Without a tenant, if any does. */
    async headers({ headers: { origin } }: IncomingMessage, admitted: Admitted | undefined): Promise<OutgoingHttpHeaders> {
      if (origin === undefined) return {};
      const known = admitted?.tenant ? admitted.tenant.allowedOrigins : await directory.allowedOrigins().catch(() => []);
      return known.includes(origin) ? { ...readable, 'access-control-allow-origin': origin } : {};
    },
  };
};
