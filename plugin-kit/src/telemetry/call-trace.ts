import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { SubgraphCall } from '../subgraph/subgraph.ts';
import { spanNamedBy, traceparentOf } from './traceparent.ts';

/** One call of a subgraph as spans: the whole, and within it what its resolvers do. */
export interface CallTrace {
  /** The same call; whoever is called on its behalf continues this trace. */
  readonly call: SubgraphCall;
  /** The context is there, resolvers begin. */
  resolving(): void;
  ended(): void;
  failed(): void;
}

/** Continues the gateway's span, which the call names. */
export const traceCall = (tracer: Tracer, subgraph: string, call: SubgraphCall): CallTrace => {
  const parent = spanNamedBy(call.traceparent);
  const whole = tracer.startSpan(
    `subgraph ${subgraph}`,
    {
      kind: SpanKind.SERVER,
      attributes: { 'plexica.subgraph': subgraph, 'plexica.request_id': call.requestId, 'plexica.tenant': call.claims.tenant?.slug },
    },
    parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
  );
  let resolving: ReturnType<Tracer['startSpan']> | undefined;
  const ended = () => {
    resolving?.end();
    whole.end();
  };
  return {
    // Its other properties stay what they are: the token of a socket is renewed while a subscription runs.
    call: Object.defineProperties({} as SubgraphCall, {
      ...Object.getOwnPropertyDescriptors(call),
      traceparent: { value: traceparentOf(whole), enumerable: true },
    }),
    resolving() {
      resolving = tracer.startSpan('resolve', {}, trace.setSpan(ROOT_CONTEXT, whole));
    },
    ended,
    failed() {
      whole.setStatus({ code: SpanStatusCode.ERROR });
      ended();
    },
  };
};
