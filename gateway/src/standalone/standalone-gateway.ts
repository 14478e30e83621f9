import type { Server } from 'node:http';
import type { HeaderMap } from '@apollo/server';
import { createClientOf } from '@plexica/foundation';
import { anonymous } from '@plexica/plugin-kit';
import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { Logger } from 'pino';
import { createAuthorize, type PermittedOperation } from '../authorization/authorize.ts';
import { refuseRenamedGuards } from '../authorization/guard-names.ts';
import { refuseWhole } from '../authorization/refuse-whole.ts';
import { readRequirements } from '../authorization/requirements.ts';
import { createDocuments } from '../document/documents.ts';
import { noOperation } from '../document/no-operation.ts';
import { execute } from '../execute/execute.ts';
import { createHttpConnection, type HttpConnection } from '../execute/http-connection.ts';
import type { ExecutionRequest } from '../execute/run.ts';
import { createStockExecutor } from '../execute/stock-executor.ts';
import type { SubgraphCaller } from '../execute/subgraph-connection.ts';
import { refusedDocument } from '../http/refused-document.ts';
import { createSupergraph, type PlannableOperation } from '../plan/supergraph.ts';
import { anonymousPrincipal } from '../principal/principal.ts';
import type { EndedOperation } from '../request.ts';
import { createShareable } from '../share/shareable.ts';
import { createSharedExecutions } from '../share/shared-executions.ts';
import { createAccessLog } from '../telemetry/access-log.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import { overLimits } from '../variant/graphql-over-http.ts';
import { startGraphqlServer } from '../variant/graphql-server.ts';
import { keepObjectsYoung } from '../young-objects.ts';
import { createLimits } from './enforce-limits.ts';
import { type Answered, createHttpServer, type HttpQuestion } from './http-server.ts';
import type { StandaloneOptions } from './options.ts';
import { subgraphUrls } from './subgraph-urls.ts';

export interface StandaloneGateway {
  readonly server: Server;
  stop(): Promise<void>;
}

interface Context {
  readonly caller: SubgraphCaller;
  readonly onEnded: (operation: EndedOperation) => void;
}

const maxResponseBytes = 50_000_000;

/** One supergraph on one port: our planner's repairs, our executor, nothing of the platform. */
export const createStandaloneGateway = async (options: StandaloneOptions, log: Logger): Promise<StandaloneGateway> => {
  keepObjectsYoung();
  const { sdl, forwardHeaders, timeoutMs = 30_000 } = options;
  refuseRenamedGuards(sdl);
  const supergraph = createSupergraph(sdl);
  const stock = options.executor === 'stock' ? createStockExecutor(sdl) : undefined;
  const connections = new Map<string, HttpConnection>();
  for (const [name, url] of subgraphUrls(sdl)) connections.set(name, connectionTo(name, url, timeoutMs));
  const connectionOf = (name: string) => {
    const connection = connections.get(name);
    if (!connection) throw new Error(`The supergraph names no subgraph ${name}.`);
    return connection;
  };

  const limits = createLimits(supergraph.schema, options.limits);
  const authorize = createAuthorize(supergraph.apiSchema, readRequirements(supergraph.schema));
  const answer = async (operation: PlannableOperation, question: ExecutionRequest): Promise<ExecutionResult> =>
    stock
      ? limits.answer(await stock(operation, question, connectionOf))
      : execute(await supergraph.plan(operation), { ...question, maxAnswer: options.limits?.answer }, connectionOf);

  const documents = createDocuments(supergraph.apiSchema, { maxTokens: options.limits?.tokens });
  const graphql = await startGraphqlServer<Context>({
    supergraph,
    log,
    known: documents.known,
    read: (text) => documents.read(text, { suggests: true }),
    formatError: overLimits,
    executor: async ({ document, hash, request, context }) => {
      const definition = getOperationAST(document, request.operationName);
      if (!definition) throw new GraphQLError(noOperation(request.operationName), { extensions: { code: 'BAD_REQUEST' } });
      const operationName = definition.name?.value;
      if (definition.operation === 'subscription') {
        throw new GraphQLError('Subscriptions are not served here.', { extensions: { code: 'BAD_REQUEST' } });
      }
      const { variables } = request;
      limits.operation({ document, definition, variables });
      // Nobody checks tokens here, so everybody is anonymous to a supergraph with guards.
      const permitted = authorize(document, definition, anonymousPrincipal);
      if (options.unauthorizedFields === 'refuse') refuseWhole(permitted, anonymousPrincipal, variables);
      const operation = {
        key: [hash, operationName ?? '', ...permitted.withheld].join('|'),
        document: permitted.document,
        operationName,
        variables,
      };
      // What was begun to be written is written, whether or not its client waits.
      const caller = definition.operation === 'mutation' ? { ...context.caller, signal: undefined } : context.caller;
      const question = { variables, caller };
      const wrote = (): void => (definition.operation === 'mutation' ? executions.wrote(undefined) : undefined);
      const asked = permitted.asksAnything ? await answer(operation, question).finally(wrote) : { data: {} };
      const result = permitted.withheld.length ? completed(permitted, asked, variables) : asked;
      context.onEnded({ kind: definition.operation, name: definition.name?.value, hash, codes: codesOf(result.errors) });
      return result;
    },
  });

  const ask = async (question: HttpQuestion, forwarded: Readonly<Record<string, string>>): Promise<Answered> => {
    const { method, headers, search, body, requestId, signal } = question;
    const caller: SubgraphCaller = { claims: anonymous, requestId, forwarded, signal };
    let operation: EndedOperation | undefined;
    const onEnded = (ended: EndedOperation) => {
      operation = ended;
    };
    const answer = await graphql.answer({ method, headers, search, body }, { caller, onEnded });
    if (answer.body.kind === 'chunked') throw new Error('Nothing is answered in parts here.');
    const text = answer.body.string;
    if (options.accessLog) operation ??= refusedDocument(body, text);
    // What is asked by POST no cache keeps.
    if (method === 'GET') answer.headers.set('vary', vary);
    return { status: answer.status ?? 200, headers: Object.fromEntries(answer.headers), body: text, operation };
  };

  const vary = ['accept', 'accept-encoding', ...forwardHeaders].join(', ');
  const shareable = createShareable();
  const executions = createSharedExecutions<Answered>();
  const server = createHttpServer(
    (question) => {
      const { method, headers, body, signal } = question;
      const forwarded = forwardedOf(headers, forwardHeaders);
      if (!options.shareQueries || method !== 'POST' || !shareable(body)) return ask(question, forwarded);
      // The principal is whoever bears these headers; how an answer looks depends on what is accepted.
      const key = JSON.stringify([forwarded, headers.get('accept'), headers.get('content-type'), body]);
      return executions.run({ key, signal }, (shared = signal) => ask({ ...question, signal: shared }, forwarded));
    },
    {
      bodyBytes: options.limits?.body,
      bodyTimeoutMs: options.bodyTimeoutMs,
      observed: options.accessLog ? { observe: createAccessLog(log), clientOf: createClientOf(options.trustedProxies) } : undefined,
    },
  );

  return {
    server,
    async stop() {
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
      await graphql.stop();
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
};

const completed = (permitted: PermittedOperation, result: ExecutionResult, variables: ExecutionRequest['variables']): ExecutionResult => {
  // Its variables don't fit: nothing was asked.
  if (result.data === undefined) return result;
  const { data, errors } = permitted.complete(result.data, variables ?? undefined);
  return { ...result, data, errors: [...(result.errors ?? []), ...errors] };
};

const connectionTo = (name: string, url: string, timeoutMs: number): HttpConnection =>
  createHttpConnection({ name, url, timeoutMs, maxResponseBytes, unavailableCode: 'SERVICE_UNAVAILABLE', token: () => undefined });

const forwardedOf = (headers: HeaderMap, names: readonly string[]): Record<string, string> => {
  const forwarded: Record<string, string> = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== undefined) forwarded[name] = value;
  }
  return forwarded;
};
