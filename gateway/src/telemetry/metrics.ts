import { isErrorCode } from '@plexica/schema';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { boundedNames, boundedNamesPerTenant } from './bounded-names.ts';
import { inBatches } from './in-batches.ts';
import { createOperationMetrics } from './operation-metrics.ts';
import type { Outcome } from './outcome.ts';

const tenantsAtMost = 200;
const subgraphsAtMost = 200;
const plugins = { atMost: 2_000, perTenant: 100 };
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type Metrics = ReturnType<typeof createMetrics>;

/** Prometheus metrics of the gateway, as `docs/telemetry.md` lists them. No label grows without bound. */
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
    help: 'Operations over HTTP, WebSocket and server-sent events; the code is that of the first error, OK, or plugin for a code of its own',
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
  const pluginCalls = new Counter({
    name: 'plexica_plugin_requests_total',
    help: 'Requests to the plugins of each tenant',
    labelNames: ['tenant', 'plugin', 'outcome'],
    registers,
  });
  const named = createOperationMetrics(registers);
  const tenantLabel = boundedNames(tenantsAtMost);
  const subgraphLabel = boundedNames(subgraphsAtMost);
  const pluginLabel = boundedNamesPerTenant(plugins);
  const ended = inBatches((outcome: Ended) => {
    const { transport, operation, status, ms } = outcome;
    const tenant = tenantLabel(outcome.tenant);
    if (transport === 'http' && status !== undefined) {
      requests.inc({ tenant, status });
      duration.observe({ status }, ms / 1000);
    }
    if (!operation) return;
    const kind = operation.kind ?? 'unknown';
    operations.inc({ tenant, kind, code: codeLabel(operation.codes[0]) });
    named.ended(tenant, outcome);
  });
  const called = inBatches(({ subgraph, tenant, failed, ms }: SubgraphCallOutcome) => {
    const outcome = failed ? 'unavailable' : 'answered';
    calls.observe({ subgraph: subgraphLabel(subgraph), outcome }, ms / 1000);
    if (tenant === undefined) return;
    const label = tenantLabel(tenant);
    pluginCalls.inc({ tenant: label, plugin: pluginLabel(label, subgraph), outcome });
  });
  return {
    contentType: register.contentType,
    text() {
      ended.flush();
      called.flush();
      return register.metrics();
    },
    // Without the plugin set it ran on, which is not to be kept in memory by what waits to be counted.
    ended: ({ admitted, transport, operation, status, ms }: Outcome) =>
      ended.add({ tenant: admitted?.tenant?.slug, transport, operation, status, ms }),
    streamsChanged: (by: 1 | -1) => streams.inc(by),
    subgraphCalled: called.add,
  };
};

interface Ended extends Pick<Outcome, 'transport' | 'operation' | 'status' | 'ms'> {
  readonly tenant: string | undefined;
}

export interface SubgraphCallOutcome {
  readonly subgraph: string;
  /** Whose plugin it is; undefined for a part of the core. */
  readonly tenant?: string;
  readonly failed: boolean;
  readonly ms: number;
}

const codeLabel = (code: string | undefined): string => {
  if (code === undefined) return 'OK';
  return isErrorCode(code) ? code : 'plugin';
};
