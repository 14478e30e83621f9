import type { ExecutionResult } from 'graphql';
import type { PermittedOperation } from './authorization/authorize.ts';
import { claimsFor } from './connection/claims-for.ts';
import type { Directory, TenantRecord } from './directory/directory.ts';
import { execute } from './execute/execute.ts';
import type { Connections } from './execute/run.ts';
import { explainedTo, startExplanation } from './explain/explain.ts';
import { defaultMaxCost, enforceCostLimit, enforceOperationLimits } from './limits/operation-limits.ts';
import type { createRateLimit } from './limits/rate-limit.ts';
import type { createStreamLimit } from './limits/stream-limit.ts';
import { type IdentifyDeps, identify } from './principal/identify.ts';
import { enforcePublicAccess } from './principal/public-access.ts';
import { refusalOf } from './problem.ts';
import type { Admitted, Arrival, Operation, RequestContext } from './request.ts';
import { subscribe } from './subscribe/subscribe.ts';
import { maskErrors } from './telemetry/mask-errors.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { resolveTenant } from './tenant/resolve-tenant.ts';
import type { Variants } from './variant/variants.ts';

export interface PipelineDeps extends IdentifyDeps {
  readonly directory: Directory;
  readonly baseDomain: string | undefined;
  readonly variants: Variants;
  readonly rateLimit: ReturnType<typeof createRateLimit>;
  /** Points of estimated cost that one operation may have. */
  readonly maxCost?: number;
  readonly streamLimit: ReturnType<typeof createStreamLimit>;
  readonly connections: (tenant: TenantRecord | undefined) => Connections;
  readonly observe: Pick<Metrics, 'operationEnded' | 'streamsChanged'>;
  readonly report: (error: unknown, requestId: string) => void;
}

export type Pipeline = ReturnType<typeof createPipeline>;

/** A request, step by step. Nothing else in the gateway knows the order. */
export const createPipeline = (deps: PipelineDeps) => {
  const { maxCost = defaultMaxCost } = deps;
  const look = async (arrival: Arrival): Promise<Admitted> => {
    const principal = await identify(arrival.authorization, deps);
    const { record, named } = await resolveTenant(arrival, principal, deps);
    const hash = record?.supergraph ?? (await deps.directory.publicSupergraph());
    const variant = await deps.variants.for(hash, record?.id);
    return { principal, tenant: record, unknownTenant: named && !record, variant, address: arrival.address };
  };

  const permit = ({ document, definition }: Operation, { principal, variant, unknownTenant }: Admitted): PermittedOperation => {
    enforcePublicAccess(definition, document, { principal, unknownTenant, variant });
    enforceOperationLimits(document, definition);
    return variant.authorize(document, definition, principal);
  };

  /** Every step but the last: what is left to do is to run it. */
  const prepare = async (operation: Operation, context: RequestContext): Promise<Prepared> => {
    const { principal, tenant, variant } = context.admitted;
    const { hash, operationName, variables, document, definition } = operation;
    const permitted = permit(operation, context.admitted);
    const estimated = variant.cost.estimate(document, definition, variables ?? {});
    enforceCostLimit(estimated, maxCost);
    await deps.rateLimit.operation(context.admitted, estimated);
    const explanation = startExplanation(explainedTo(principal, operation.extensions));
    const finish = ({ data, errors = [], extensions }: ExecutionResult): ExecutionResult => {
      const completed = data === undefined ? undefined : permitted.complete(data, variables);
      const all = maskErrors([...errors, ...(completed?.errors ?? [])], context.requestId, deps.report);
      const result = { ...(all.length && { errors: all }), ...(completed && { data: completed.data }), ...(extensions && { extensions }) };
      const actual = () => variant.cost.actual(document, definition, variables ?? {}, completed?.data);
      return explanation.add(result, () => ({ estimated, actual: actual(), limit: maxCost }));
    };
    // Nothing may be seen, so no subgraph is asked.
    if (!permitted.asksAnything) return { run: async () => finish({ data: {} }), open: () => [finish({ data: {} })] };
    const key = [hash, operationName ?? '', ...permitted.withheld].join('|');
    const plan = await variant.supergraph.plan({ key, document: permitted.document, operationName, variables });
    explanation.planned(plan);
    const { requestId, traceparent, signal } = context;
    const request = { variables, caller: { claims: claimsFor({ principal, tenant }), requestId, traceparent, signal } };
    const connections = explanation.through(deps.connections(tenant));
    return {
      run: async () => finish(await execute(plan, request, connections)),
      open: async function* () {
        for await (const result of subscribe(plan, request, connections)) yield finish(result);
      },
    };
  };

  const ended = ({ definition }: Operation, { admitted, onEnded }: RequestContext, code: unknown): void => {
    const outcome = { kind: definition.operation, name: definition.name?.value, code: code === undefined ? 'OK' : String(code) };
    deps.observe.operationEnded({ ...outcome, tenant: admitted.tenant?.slug });
    onEnded?.(outcome);
  };

  return {
    /** Before GraphQL: who asks, and of which supergraph. Counted, so that nobody may ask without end, however invalid it is. */
    async admit(arrival: Arrival): Promise<Admitted> {
      const admitted = await look(arrival);
      await deps.rateLimit.request(admitted);
      return admitted;
    },

    /** Who asks as of now, where nothing new is asked. */
    look,

    /** What of an operation its caller may ask. Throws where they may ask none of it at all. */
    permit,

    /** After parsing and validation; the same for HTTP, WebSocket and SSE. Rejects with a refusal that clients may read. */
    async answer(operation: Operation, context: RequestContext): Promise<ExecutionResult> {
      try {
        const result = await (await prepare(operation, context)).run();
        ended(operation, context, result.errors?.[0]?.extensions.code);
        return result;
      } catch (error) {
        const refusal = refusalOf(error, context.requestId, deps.report);
        ended(operation, context, refusal.extensions.code);
        throw refusal;
      }
    },

    /** As `answer`, for as long as the stream lasts. */
    async *stream(operation: Operation, context: RequestContext): AsyncGenerator<ExecutionResult> {
      const closed = deps.streamLimit(context.admitted);
      deps.observe.streamsChanged(1);
      try {
        yield* (await prepare(operation, context)).open();
        ended(operation, context, undefined);
      } catch (error) {
        const refusal = refusalOf(error, context.requestId, deps.report);
        ended(operation, context, refusal.extensions.code);
        throw refusal;
      } finally {
        deps.observe.streamsChanged(-1);
        closed();
      }
    },
  };
};

interface Prepared {
  run(): Promise<ExecutionResult>;
  open(): AsyncIterable<ExecutionResult> | Iterable<ExecutionResult>;
}
