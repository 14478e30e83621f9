import { DomainError, isDomainError } from '@plexica/plugin-kit';
import type { ErrorCode } from '@plexica/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { ClientOf } from '../../network/client-of.ts';
import { networkOf } from '../../network/network-of.ts';
import type { SharedState } from '../../shared-state/shared-state.ts';
import type { SignInPolicy } from '../identity-provider.ts';
import type { Page } from './page/document.ts';
import type { Pages } from './page/pages.ts';
import type { RealmProviders } from './realm-providers.ts';

interface RouteDeps {
  readonly providers: RealmProviders;
  readonly pages: Pages;
  readonly state: SharedState;
  readonly clientOf: ClientOf;
  readonly policy: () => SignInPolicy;
  readonly log: Logger;
  /** Proves the credentials and opens an admitted session; throws a DomainError. */
  readonly admit: (provider: Provider, realm: string, email: string, password: string) => Promise<{ subject: string; session: string }>;
}

interface InRealm {
  Params: { realm: string };
}

const attemptsPerMinute = 120;
const formBytes = 16 * 1024;

/** Mounts the issuer of every realm below `/realms/<realm>/`. */
export const registerIssuerRoutes = async (fastify: FastifyInstance, deps: RouteDeps): Promise<void> => {
  await fastify.register(async (pages) => signInRoutes(pages, deps));
  await fastify.register(async (protocol) => protocolRoutes(protocol, deps));
};

/** Our own page, between oidc-provider's redirects. */
const signInRoutes = (fastify: FastifyInstance, deps: RouteDeps): void => {
  const { providers, pages } = deps;
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: formBytes }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  const path = '/realms/:realm/sign-in/:uid';

  fastify.get<InRealm>(path, async (request, reply) => {
    const { realm } = request.params;
    const provider = await providers.of(realm);
    if (!provider) return unknownRealm(reply);
    if (!(await underWay(provider, request, reply))) return expired(request, reply, deps);
    return show(reply, 200, await pages.signIn(realm, { acceptLanguage: request.headers['accept-language'] }));
  });

  fastify.post<InRealm>(path, async (request, reply) => {
    const { realm } = request.params;
    const provider = await providers.of(realm);
    if (!provider) return unknownRealm(reply);
    // The cookie of this very sign-in is SameSite: another site's form comes without it and ends here.
    if (!(await underWay(provider, request, reply))) return expired(request, reply, deps);
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const email = (form.get('email') ?? '').slice(0, 254);
    try {
      await limitAttempts(deps.state, deps.clientOf(request.raw).address);
      const { subject, session } = await deps.admit(provider, realm, email, form.get('password') ?? '');
      const returnTo = await provider.interactionResult(request.raw, reply.raw, {
        login: { accountId: subject },
        consent: { grantId: session },
      });
      return reply.redirect(returnTo, 303);
    } catch (error) {
      const { code, status } = problemOf(error, deps.log);
      await deps.policy().failed(realm, email, code);
      if (status === 429) reply.header('retry-after', '60');
      return show(reply, status, await pages.signIn(realm, { acceptLanguage: request.headers['accept-language'], email, error: code }));
    }
  });
};

const protocolRoutes = (fastify: FastifyInstance, { providers }: RouteDeps): void => {
  // oidc-provider reads bodies by itself.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
  fastify.all<InRealm>('/realms/:realm/*', async (request, reply) => {
    const { realm } = request.params;
    const provider = await providers.of(realm);
    if (!provider) return unknownRealm(reply);
    const { raw } = request;
    const prefix = raw.url?.indexOf(`/realms/${realm}`) ?? 0;
    Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice(prefix + `/realms/${realm}`.length) });
    reply.hijack();
    await provider.callback()(raw, reply.raw);
  });
};

const underWay = async (provider: Provider, request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
  try {
    await provider.interactionDetails(request.raw, reply.raw);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return false;
    throw error;
  }
};

const limitAttempts = async (state: SharedState, address: string | undefined): Promise<void> => {
  const attempts = await state.increment(`issuer.attempts.${networkOf(address)}`, { ttlSeconds: 60 });
  if (attempts > attemptsPerMinute) throw new DomainError('RATE_LIMITED');
};

const statuses: Partial<Record<ErrorCode, number>> = {
  RATE_LIMITED: 429,
  ACCOUNT_LOCKED: 429,
  CREDENTIALS_INVALID: 401,
  INTERNAL_SERVER_ERROR: 500,
};

const problemOf = (error: unknown, log: Logger): { readonly code: ErrorCode; readonly status: number } => {
  const code = isDomainError(error) ? error.code : 'INTERNAL_SERVER_ERROR';
  if (code === 'INTERNAL_SERVER_ERROR') log.error({ err: error }, 'sign-in failed unexpectedly');
  return { code, status: statuses[code] ?? 403 };
};

const expired = async (request: FastifyRequest<InRealm>, reply: FastifyReply, { pages }: RouteDeps) =>
  show(reply, 400, await pages.deadEnd(request.params.realm, request.headers['accept-language'], 'expired'));

const unknownRealm = (reply: FastifyReply) => reply.code(404).send({ error: 'not_found', error_description: 'There is no such realm.' });

const show = (reply: FastifyReply, status: number, { html, headers }: Page) =>
  reply
    .code(status)
    .headers({ ...headers })
    .send(html);
