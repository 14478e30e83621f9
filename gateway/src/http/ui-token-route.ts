import type { ClientOf } from '@plexica/foundation';
import type { FastifyInstance } from 'fastify';
import type { Pipeline } from '../pipeline.ts';
import type { createUiTokens, UiToken } from '../principal/ui-tokens.ts';
import { asHttpProblem, Refusal, refusalOf } from '../problem.ts';
import type { Admitted } from '../request.ts';
import { arrivalOf, newRequestId } from './arrival.ts';
import { readBody } from './read-body.ts';

export interface UiTokenDeps {
  readonly pipeline: Pipeline;
  readonly clientOf: ClientOf;
  readonly uiTokens: ReturnType<typeof createUiTokens>;
  readonly report: (error: unknown, requestId: string) => void;
  readonly bodyTimeoutMs?: number;
}

const bodyBytes = 10_000;

/** `POST /_plexica/ui-token { plugin }`: the console trades its user's token for one of a plugin's components. */
export const registerUiTokenRoute = (server: FastifyInstance, deps: UiTokenDeps): void => {
  const { pipeline, clientOf, uiTokens, report, bodyTimeoutMs: withinMs } = deps;
  server.register(async (own) => {
    // Fastify would wait for a body without end.
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('*', (_request, _body, done) => done(null));
    own.post('/_plexica/ui-token', async (request, reply): Promise<UiToken | object> => {
      const requestId = newRequestId();
      reply.headers({ 'cache-control': 'no-store', 'x-request-id': requestId });
      try {
        const plugin = pluginIn(await readBody(request.raw, { bytes: bodyBytes, withinMs }));
        const admitted = await pipeline.admit(arrivalOf(request.raw, clientOf));
        return await uiTokens.mint(userIn(admitted, plugin), plugin);
      } catch (error) {
        const { status, headers, body } = asHttpProblem(refusalOf(error, requestId, report));
        if (!request.raw.complete) reply.header('connection', 'close');
        return reply.status(status).headers(headers).send(body);
      }
    });
  });
};

const pluginIn = (text: string): string => {
  try {
    return String((JSON.parse(text || '{}') as { readonly plugin?: unknown } | null)?.plugin ?? '');
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: 'The request body is not valid JSON.' });
  }
};

/** A person with a session. Neither a component may ask for another plugin's components, nor a program. */
const userIn = ({ principal, tenant }: Admitted, plugin: string) => {
  if (principal.kind === 'anonymous') throw new Refusal('UNAUTHENTICATED');
  if (principal.plugin !== undefined || principal.identity.session.startsWith('key.')) throw new Refusal('FORBIDDEN');
  if (!tenant || !Object.hasOwn(tenant.plugins, plugin)) throw new Refusal('PLUGIN_NOT_FOUND', { status: 404 });
  return principal.identity;
};
