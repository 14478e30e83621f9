import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const valuesAtMost = 200;
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type OperationKind = 'query' | 'mutation' | 'subscription';

export type Metrics = ReturnType<typeof createMetrics>;

/** Prometheus metrics of the gateway. No label grows without bound. */
export const createMetrics = (register = new Registry()) => {
  collectDefaultMetrics({ register });
  const registers = [register];
  const requests = new Counter({
    name: 'plexica_requests_total',
    help: 'GraphQL requests over HTTP',
    labelNames: ['tenant', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'plexica_request_duration_seconds',
    help: 'Time from the arrival of a GraphQL request to its answer',
    labelNames: ['status'],
    buckets,
    registers,
  });
  const operations = new Counter({
    name: 'plexica_operations_total',
    help: 'Operations over HTTP, WebSocket and server-sent events; the code is that of the first error, or OK',
    labelNames: ['tenant', 'kind', 'code'],
    registers,
  });
  const streams = new Gauge({ name: 'plexica_streams', help: 'Subscriptions that are open', registers });
  const calls = new Histogram({
    name: 'plexica_subgraph_request_duration_seconds',
    help: 'Time a subgraph took to answer the gateway; a plugin bears its id',
    labelNames: ['subgraph', 'outcome'],
    buckets,
    registers,
  });
  const tenantLabel = boundedLabel();
  const codeLabel = boundedLabel();
  const subgraphLabel = boundedLabel();
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    requestEnded({ tenant, status, ms }: { readonly tenant: string | undefined; readonly status: number; readonly ms: number }) {
      requests.inc({ tenant: tenantLabel(tenant), status });
      duration.observe({ status }, ms / 1000);
    },
    operationEnded({ tenant, kind, code }: OperationOutcome) {
      operations.inc({ tenant: tenantLabel(tenant), kind, code: codeLabel(code ?? 'OK') });
    },
    streamsChanged: (by: 1 | -1) => streams.inc(by),
    subgraphCalled({ subgraph, failed, ms }: SubgraphCallOutcome) {
      calls.observe({ subgraph: subgraphLabel(subgraph), outcome: failed ? 'unavailable' : 'answered' }, ms / 1000);
    },
  };
};

export interface OperationOutcome {
  readonly tenant: string | undefined;
  readonly kind: OperationKind;
  /** Of its first error. */
  readonly code: string | undefined;
}

export interface SubgraphCallOutcome {
  readonly subgraph: string;
  readonly failed: boolean;
  readonly ms: number;
}

/** The first values seen have a label of their own, all others share one. */
const boundedLabel = () => {
  const known = new Set<string>();
  return (value: string | undefined): string => {
    if (!value) return 'none';
    if (known.size < valuesAtMost) known.add(value);
    return known.has(value) ? value : 'other';
  };
};
