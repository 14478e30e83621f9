import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const tenantsAtMost = 200;

/** Prometheus metrics of the gateway. The first tenants seen have a label of their own, all others share one. */
export const createMetrics = () => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: 'plexica_requests_total',
    help: 'GraphQL requests over HTTP',
    labelNames: ['tenant', 'status'],
    registers: [register],
  });
  const duration = new Histogram({
    name: 'plexica_request_duration_seconds',
    help: 'Time from the arrival of a GraphQL request to its answer',
    labelNames: ['status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [register],
  });
  const known = new Set<string>();
  const label = (tenant: string | undefined): string => {
    if (!tenant) return 'none';
    if (known.size < tenantsAtMost) known.add(tenant);
    return known.has(tenant) ? tenant : 'other';
  };
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    observe({ tenant, status, ms }: { readonly tenant: string | undefined; readonly status: number; readonly ms: number }) {
      requests.inc({ tenant: label(tenant), status });
      duration.observe({ status }, ms / 1000);
    },
  };
};
