import type { Span, SpanContext } from '@opentelemetry/api';

/** The span that a W3C `traceparent` names; undefined where it is malformed, or of zeros, which name nothing. */
export const spanNamedBy = (traceparent: string | undefined): SpanContext | undefined => {
  const [, traceId = '', spanId = '', flags = ''] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) ? context : undefined;
};

/** What those continue who are called within a span. */
export const traceparentOf = (span: Span): string => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
};
