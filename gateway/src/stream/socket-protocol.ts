import type { IncomingMessage } from 'node:http';
import type { ClientOf } from '@plexica/foundation';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { makeServer } from 'graphql-ws';
import { InvalidDocument } from '../document/documents.ts';
import { type OperationTexts, readOperation } from '../document/read-operation.ts';
import { createDeparture } from '../execute/call-signal.ts';
import { clientNameHeader, newRequestId, single } from '../http/arrival.ts';
import { createStreamLimit } from '../limits/stream-limit.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Principal } from '../principal/principal.ts';
import { forClients, Refusal, refusalOf } from '../problem.ts';
import type { Admitted, Arrival, EndedOperation, Operation, RequestContext } from '../request.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import type { Observe } from '../telemetry/outcome.ts';
import type { BeginTrace } from '../telemetry/request-trace.ts';
import { refusedConnection } from './refused-connection.ts';
import { streamOfOne } from './stream-of-one.ts';
import type { createTokenEnd } from './token-end.ts';
import { type WatchOptions, watchedStream } from './watched-stream.ts';

export interface SocketDeps extends OperationTexts {
  readonly pipeline: Pipeline;
  readonly clientOf: ClientOf;
  readonly report: (error: unknown, requestId: string) => void;
  readonly watch?: WatchOptions;
  readonly observe: Observe;
  /** Where requests are traced. */
  readonly trace?: BeginTrace;
}

/** One WebSocket. */
export interface Connection {
  readonly request: IncomingMessage;
  /** Ends the connection, after what was said last has gone out. */
  readonly end: (error: GraphQLError) => void;
  /** The client has gone. */
  readonly gone: AbortSignal;
  /** Ends it with the token that it was opened with, or that came since. */
  readonly tokenEnd: ReturnType<typeof createTokenEnd>;
  /** It has said who it is. */
  readonly named: () => void;
  /** Gives its place back. */
  leave?: () => void;
  arrival?: Arrival;
  principal?: Principal;
}

/** What one operation over WebSocket runs with. */
interface Running {
  readonly operation: Operation;
  readonly context: RequestContext;
  readonly connection: Connection;
}

const operationsAtOnce = 100;
/** Of one user, or one address without a token, at this process. */
const connectionsAtOnce = 500;
/** Refusals of the caller rather than of one operation: nothing more can be asked over this connection. */
const endings: ReadonlySet<unknown> = new Set(['UNAUTHENTICATED', 'TENANT_SUSPENDED', 'TENANT_NOT_FOUND']);

/** graphql-transport-ws over the pipeline. */
export const createSocketProtocol = ({ pipeline, clientOf, report, watch, observe, trace: begin, ...texts }: SocketDeps) => {
  const enter = createStreamLimit(connectionsAtOnce, 'connections');
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: 5_000,
    async onConnect({ connectionParams, extra }) {
      const arrival = socketArrival(connectionParams ?? {}, extra.request, clientOf);
      extra.arrival = arrival;
      const started = performance.now();
      try {
        const admitted = await pipeline.admit(arrival);
        extra.principal = admitted.principal;
        // Who has gone meanwhile takes no place: nobody would give it back.
        if (!extra.gone.aborted) {
          extra.leave = enter(admitted);
          extra.tokenEnd.of(admitted.principal);
        }
        extra.named();
      } catch (error) {
        throw refusedConnection(error, { address: arrival.address, started }, { observe, report });
      }
      return true;
    },
    async onPing({ extra }, payload) {
      const authorization = payload?.authorization;
      if (authorization === undefined) return;
      const renewed: Arrival = { ...extra.arrival, authorization: textOf(authorization) };
      const [now, before] = [await pipeline.admit(renewed), extra.principal];
      if (!before || !isSame(before, now.principal)) throw new Refusal('FORBIDDEN');
      extra.arrival = renewed;
      if (!extra.gone.aborted) extra.tokenEnd.of(now.principal);
    },
    async onSubscribe({ extra, subscriptions }, _id, payload) {
      const requestId = newRequestId();
      const started = performance.now();
      let admitted: Admitted | undefined;
      const trace = begin?.(undefined);
      const address = extra.arrival?.address;
      const onEnded = (operation: EndedOperation): void =>
        observe({ transport: 'ws', requestId, address, trace, admitted, operation, ms: performance.now() - started });
      try {
        if (Object.keys(subscriptions).length > operationsAtOnce) throw new Refusal('RATE_LIMITED');
        // Anew for each operation: the tenant may have switched its set, or been suspended, since the connection began.
        admitted = await pipeline.admit(extra.arrival ?? {}, trace);
      } catch (error) {
        const refusal = refusalOf(error, requestId, report);
        onEnded({ codes: codesOf([refusal]) });
        if (endings.has(refusal.extensions.code)) extra.end(refusal);
        return [forClients(refusal)];
      }
      try {
        const operation = await readOperation(payload, admitted, texts);
        const context: RequestContext = { admitted, requestId, traceparent: trace?.traceparent, trace, onEnded };
        const running: Running = { operation, context, connection: extra };
        const { document, operationName } = operation;
        return { schema: admitted.variant.supergraph.apiSchema, document, operationName, contextValue: { ...running } };
      } catch (error) {
        const errors = error instanceof InvalidDocument ? error.errors : [forClients(refusalOf(error, requestId, report))];
        onEnded({ codes: codesOf(errors) });
        return errors;
      }
    },
    execute: ({ contextValue }) => {
      const { operation, context } = contextValue as Running;
      const { signal, abort } = createDeparture();
      const answer = pipeline
        .answer(operation, { ...context, signal })
        .catch((error: GraphQLError): ExecutionResult => ({ errors: [forClients(error)] }));
      return streamOfOne(answer, abort);
    },
    subscribe: ({ contextValue }) => {
      const { operation, context, connection } = contextValue as Running;
      const stream = watchedStream({
        operation,
        context,
        pipeline,
        admitAgain: () => pipeline.look(connection.arrival ?? {}),
        report,
        ...watch,
      });
      const endConnection = (): void => {
        const ending = stream.ending();
        if (ending && endings.has(ending.extensions.code)) connection.end(ending);
      };
      const results: AsyncIterableIterator<ExecutionResult> = {
        async next() {
          const result = await stream.next();
          if (result.done) endConnection();
          return result;
        },
        return: () => stream.return?.() ?? Promise.resolve({ done: true, value: undefined }),
        [Symbol.asyncIterator]() {
          return results;
        },
      };
      return results;
    },
  });
};

/** A renewed token is of the same user; the session may be another. */
const isSame = (known: Principal, renewed: Principal): boolean =>
  known.kind === 'signed-in' &&
  renewed.kind === 'signed-in' &&
  known.identity.realm === renewed.identity.realm &&
  known.user.id === renewed.user.id;

/** From the first message, or where it is silent from the headers of the upgrade; where both speak they must agree. */
const socketArrival = (
  { authorization, tenantSlug, clientName }: Record<string, unknown>,
  request: IncomingMessage,
  clientOf: ClientOf,
): Arrival => {
  const { headers } = request;
  const slugs = new Set([tenantSlug ?? undefined, headers['x-tenant-slug']].filter((slug) => slug !== undefined).map(textOf));
  return {
    authorization: authorization === undefined ? headers.authorization : textOf(authorization),
    ...(slugs.size && { slug: [...slugs].join() }),
    client: clientName === undefined ? single(headers[clientNameHeader]) : textOf(clientName),
    ...clientOf(request),
  };
};

// What is no text names nothing, and is refused as such.
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
