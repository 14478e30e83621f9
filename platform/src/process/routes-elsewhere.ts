import proxy from '@fastify/http-proxy';
import { createClientOf, type EdgeEnvironment, portTokenHeader, type SigningKeys } from '@plexica/foundation';
import type { Gateway } from '@plexica/gateway';
import { internalTokenHeader } from '@plexica/plugin-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

interface ElsewhereDeps {
  readonly environment: EdgeEnvironment;
  readonly gateway: Gateway;
  readonly keys: SigningKeys;
}

/** Paths of the public address that other processes answer. */
export const registerRoutesElsewhere = async (server: FastifyInstance, { environment, gateway, keys }: ElsewhereDeps): Promise<void> => {
  const { PLEXICA_TENANCY_URL: tenancy, PLEXICA_IDENTITY_URL: identity, PLEXICA_PLUGINS_URL: plugins } = environment;
  const clientOf = createClientOf(environment.PLEXICA_TRUSTED_PROXIES);
  const callers = new WeakMap<FastifyRequest, string>();
  const pass = (prefix: string, upstream: string, options: { readonly keepToken?: boolean; readonly asCaller?: boolean } = {}) =>
    server.register(proxy, {
      prefix,
      rewritePrefix: prefix,
      upstream,
      ...(options.asCaller && {
        async preHandler(request: FastifyRequest) {
          const caller = await gateway.whoIs(request);
          if (caller)
            callers.set(
              request,
              await keys.sign({ sub: caller.userId, name: '', email: '' }, { audience: 'plugins', expiresInSeconds: 60 }),
            );
        },
      }),
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => {
          const { [portTokenHeader]: _, [internalTokenHeader]: token, ...rest } = headers;
          const caller = callers.get(request as FastifyRequest);
          const inside = options.keepToken ? token : caller;
          const { address } = clientOf((request as FastifyRequest).raw);
          return { ...rest, 'x-forwarded-for': address, ...(inside && { [internalTokenHeader]: inside }) };
        },
      },
    });

  await pass('/branding', tenancy);
  // `/plugins` itself is a page of the console.
  await pass('/plugins/', plugins);
  await pass('/uploads', plugins, { asCaller: true });
  // Plugin services bear the token that the gateway gave them for the request in hand.
  await pass('/_plexica/runtime', plugins, { keepToken: true });
  if (environment.IDENTITY_URL.startsWith('embedded:')) await pass('/realms', identity);
};
