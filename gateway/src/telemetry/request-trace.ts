import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { spanNamedBy, traceparentOf } from '@plexica/plugin-kit';
import type { Connections } from '../execute/run.ts';
import type { Outcome } from './outcome.ts';

/** One request as a tree of spans. Where nothing is traced there is none, and nothing is spent on it. */
export interface RequestTrace {
  readonly traceId: string;
  /** What those further on continue. */
  readonly traceparent: string;
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** The same connections; each request over them is a span, which its subgraph continues. */
  through(connections: Connections): Connections;
  ended(outcome: Outcome): void;
}

/** Continues the trace that a client began, or begins one. */
export type BeginTrace = (traceparent: string | undefined) => RequestTrace;

const longestName = 100;
const ours: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

export const createTraces =
  (tracer: Tracer): BeginTrace =>
  (traceparent) => {
    const remote = spanNamedBy(traceparent);
    const parent = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
    const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    const within = trace.setSpan(ROOT_CONTEXT, span);

    const timed = async <Result>(child: Span, work: () => Promise<Result>): Promise<Result> => {
      try {
        return await work();
      } catch (error) {
        child.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : '' });
        throw error;
      } finally {
        child.end();
      }
    };

    return {
      traceId: span.spanContext().traceId,
      traceparent: traceparentOf(span),
      step: (name, work) => timed(tracer.startSpan(name, {}, within), work),
      through: (connections) => (name) => {
        const connection = connections(name);
        return {
          ...connection,
          request(operation, caller) {
            const child = tracer.startSpan(`fetch ${name}`, { kind: SpanKind.CLIENT, attributes: { 'plexica.subgraph': name } }, within);
            return timed(child, () => connection.request(operation, { ...caller, traceparent: traceparentOf(child) }));
          },
        };
      },
      ended({ transport, requestId, admitted, operation, method, status }) {
        const { kind, name, hash, codes = [], cost } = operation ?? {};
        if (kind) span.updateName(name ? `${kind} ${name.slice(0, longestName)}` : kind);
        span.setAttributes({
          'plexica.request_id': requestId,
          'plexica.transport': transport,
          'plexica.tenant': admitted?.tenant?.slug,
          'plexica.set': admitted?.variant.hash,
          'plexica.codes': [...codes],
          'plexica.cost': cost,
          'graphql.operation.type': kind,
          'graphql.operation.name': name?.slice(0, longestName),
          'graphql.operation.hash': hash,
          'http.request.method': method,
          'http.response.status_code': status,
        });
        // What a client did wrong is no error of this service.
        if (codes.some((code) => ours.has(code))) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
