import type { ExecutionResult } from 'graphql';
import type { Cost } from '../cost/operation-cost.ts';
import type { Connections } from '../execute/run.ts';
import type { CompiledPlan } from '../plan/compiled-plan.ts';
import type { Principal } from '../principal/principal.ts';
import type { Operation } from '../request.ts';

/** What a request may ask to be told of itself, by `extensions.explain`. */
export type Explained = 'cost' | 'timing' | 'plan';

/** Of one request, gathered while it runs. Without anything to explain it does nothing and costs nothing. */
export interface Explanation {
  /** The same connections; what goes over them is timed. */
  through(connections: Connections): Connections;
  planned(plan: CompiledPlan): void;
  /** The answer, with what was asked of it in its extensions. */
  add(result: ExecutionResult, costs: () => Costs): ExecutionResult;
}

export interface Costs {
  readonly estimated: Cost;
  readonly actual: Cost;
  readonly limit: number;
}

interface Call {
  readonly subgraph: string;
  /** Milliseconds from the start of the request. */
  readonly startedMs: number;
  readonly ms: number;
  readonly failed: boolean;
}

/** Whoever is signed in is told the cost, an admin also how the request runs. The rest is as if it were not asked. */
export const explainedTo = (principal: Principal, { definition, extensions }: Asked): ReadonlySet<Explained> => {
  const asked = (extensions as { explain?: unknown } | null | undefined)?.explain;
  if (!Array.isArray(asked) || principal.kind !== 'signed-in') return none;
  const isAdmin = principal.roles.includes('admin') || principal.roles.includes('super_admin');
  const told: readonly Explained[] = isAdmin ? ['cost', 'timing', 'plan'] : ['cost'];
  // The calls of a stream have no end.
  const timeless = definition.operation === 'subscription';
  return new Set(told.filter((each) => asked.includes(each) && !(timeless && each === 'timing')));
};

type Asked = Pick<Operation, 'definition' | 'extensions'>;

const none: ReadonlySet<Explained> = new Set();
const nothing: Explanation = { through: (connections) => connections, planned: () => {}, add: (result) => result };

export const startExplanation = (asked: ReadonlySet<Explained>): Explanation => {
  if (asked.size === 0) return nothing;
  const started = performance.now();
  const since = (): number => rounded(performance.now() - started);
  const calls: Call[] = [];
  let plan: CompiledPlan | undefined;
  let planMs = 0;

  return {
    through: (connections) => (name) => {
      const connection = connections(name);
      return {
        ...connection,
        async request(operation, caller) {
          const startedMs = since();
          let failed = true;
          try {
            const answer = await connection.request(operation, caller);
            failed = false;
            return answer;
          } finally {
            calls.push({ subgraph: name, startedMs, ms: rounded(since() - startedMs), failed });
          }
        },
      };
    },
    planned: (made) => {
      plan = made;
      planMs = since();
    },
    add: (result, costs) => ({
      ...result,
      extensions: {
        ...result.extensions,
        ...(asked.has('cost') && { cost: costText(costs()) }),
        ...(asked.has('timing') && { timing: { planMs, totalMs: since(), subgraphs: calls } }),
        ...(asked.has('plan') && { plan: plan?.text() ?? null }),
      },
    }),
  };
};

const costText = ({ estimated, actual, limit }: Costs): object => ({
  estimated: estimated.total,
  actual: actual.total,
  limit,
  subgraphs: Object.fromEntries(
    [...estimated.bySubgraph].map(([name, points]) => [name, { estimated: points, actual: actual.bySubgraph.get(name) ?? 0 }]),
  ),
});

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
