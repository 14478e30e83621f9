import { Counter, Histogram, type Registry } from 'prom-client';
import { boundedNamesPerTenant } from './bounded-names.ts';
import type { Outcome } from './outcome.ts';

const names = { atMost: 2_000, perTenant: 100 };
/** A longer name is nobody's habit. */
const longestName = 100;
const unnamed = 'unnamed';

/** What each tenant asks by name, how often, how long it takes and how much it costs. */
export const createOperationMetrics = (registers: Registry[]) => {
  // Sum and count alone: buckets for every operation would be many series.
  const durations = new Histogram({
    name: 'plexica_operation_duration_seconds',
    help: 'Time from the arrival of a query or mutation to its answer, by its name',
    labelNames: ['tenant', 'operation', 'outcome'],
    buckets: [],
    registers,
  });
  const points = new Counter({
    name: 'plexica_operation_cost_points_total',
    help: 'Estimated cost of what was asked, by the name of the operation',
    labelNames: ['tenant', 'operation'],
    registers,
  });
  const label = boundedNamesPerTenant(names);
  return {
    ended(tenant: string, { operation, ms }: Pick<Outcome, 'operation' | 'ms'>): void {
      if (!operation?.kind) return;
      const { kind, name = unnamed, codes, cost = 0 } = operation;
      // What fails brings no names along, so that nobody can use up the room with names of nothing.
      const named = label(tenant, name, codes.length === 0 && name.length <= longestName);
      if (kind !== 'subscription') durations.observe({ tenant, operation: named, outcome: codes.length ? 'errors' : 'ok' }, ms / 1000);
      if (cost) points.inc({ tenant, operation: named }, cost);
    },
  };
};
