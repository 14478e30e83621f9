import type { EntityManager } from '@mikro-orm/postgresql';
import { eventCatalog, filterCatalog } from '@plexica/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { internalTokenHeader, requestIdHeader } from '../claims/claims.ts';
import type { TokenVerifier } from '../claims/token-verifier.ts';
import type { Plugin } from '../plugin/define-plugin.ts';
import type { PluginContext } from '../plugin/plugin-context.ts';
import { noteDelivery } from '../runtime/delivery-ledger.ts';
import type { SubgraphCall } from '../subgraph/subgraph.ts';
import { bodyDigest, deliveryHeader, filterCall, hookPath, signatureHeader } from './protocol.ts';

export interface HookRouteDeps {
  readonly plugin: Plugin;
  readonly verifier: TokenVerifier;
  readonly context: (call: SubgraphCall) => Promise<PluginContext>;
}

const refused = { errors: [{ message: 'Only the platform calls hooks.', extensions: { code: 'UNAUTHENTICATED' } }] };

/** Takes events and filter calls of the platform. Token and signature must both be of the platform, for this plugin, body and delivery. */
export const registerHookRoute = async (server: FastifyInstance, { plugin, verifier, context }: HookRouteDeps): Promise<void> => {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post(hookPath, async (request, reply) => {
      const verified = await verify(request, verifier);
      if (!verified) return reply.status(401).send(refused);
      const { call, delivery, body } = verified;
      const ctx = await context(call);
      const filtered = filterCall.safeParse(body);
      if (filtered.success) return (await runFilters(plugin, filtered.data, ctx, delivery)) ?? reply.status(404).send(refused);
      await runActions(plugin, body as IncomingEvent, ctx, delivery);
      return reply.status(204).send();
    });
  });
};

interface IncomingEvent {
  readonly type?: string;
  readonly data?: unknown;
}

const verify = async (request: FastifyRequest, verifier: TokenVerifier) => {
  const [token, signature, delivery] = [internalTokenHeader, signatureHeader, deliveryHeader].map((name) => single(request.headers[name]));
  const body = String(request.body ?? '');
  const [claims, signed] = await Promise.all([verifier.claims(token), verifier.open(signature)]);
  if (!token || !delivery || !claims?.tenant || signed?.payload.digest !== bodyDigest(body) || signed.payload.delivery !== delivery)
    return undefined;
  const call: SubgraphCall = { claims, token, requestId: single(request.headers[requestIdHeader]) ?? delivery };
  return { call, delivery, body: JSON.parse(body) as unknown };
};

const runActions = async (plugin: Plugin, { type = '', data }: IncomingEvent, ctx: PluginContext, delivery: string): Promise<void> => {
  const hook = type.replace(/^plexica\./, '');
  const handlers = plugin.hooks.filter((handler) => handler.kind === 'action' && handler.hook === hook);
  if (!handlers.length) return;
  const parsed = hook in eventCatalog ? eventCatalog[hook as keyof typeof eventCatalog].parse(data) : data;
  const run = async (bound: PluginContext) => {
    for (const handler of handlers) await handler.run(parsed as never, { ...bound, delivery, veto } as never);
  };
  if (!plugin.manifest.migrations.length) return run(ctx);
  // The note and what the handlers wrote commit together: a delivery that comes again finds the note.
  await ctx.db(async (em: EntityManager) => {
    if (await noteDelivery(em, delivery)) await run({ ...ctx, db: (work) => work(em) });
  });
};

const runFilters = async (
  plugin: Plugin,
  { filter, payload }: { filter: string; payload: Record<string, unknown> },
  ctx: PluginContext,
  delivery: string,
) => {
  const handlers = plugin.hooks.filter((handler) => handler.kind === 'filter' && handler.hook === filter);
  const shape = filterCatalog[filter as keyof typeof filterCatalog];
  if (!handlers.length || !shape) return undefined;
  let current: unknown = shape.parse(payload);
  for (const handler of handlers) {
    const answer = await handler.run(current as never, { ...ctx, delivery, veto } as never);
    if (typeof answer === 'object' && answer !== null && 'veto' in answer) return answer;
    current = answer;
  }
  return { payload: current };
};

const veto = (code: string, message: string) => ({ veto: { code, message } });

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);
