import type { ExecutionResult } from 'graphql';
import type { PermittedOperation } from './authorization/authorize.ts';
import { refuseWhole, type UnauthorizedFields } from './authorization/refuse-whole.ts';
import { claimsFor, fingerprintOf } from './connection/claims-for.ts';
import type { Cost } from './cost/operation-cost.ts';
import type { Directory, TenantRecord } from './directory/directory.ts';
import { enforceIntrospection, type IntrospectionRules, seesSchema } from './document/introspection.ts';
import { withoutSuggestion } from './document/suggestions.ts';
import type { CallSignal } from './execute/call-signal.ts';
import { execute } from './execute/execute.ts';
import type { Connections } from './execute/run.ts';
import { explainedTo, startExplanation } from './explain/explain.ts';
import { callerName } from './limits/caller-name.ts';
import {
  defaultMaxAnswer,
  defaultMaxCost,
  enforceCostLimit,
  enforceOperationLimits,
  enforceVariableLimits,
} from './limits/operation-limits.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { createStreamLimit } from './limits/stream-limit.ts';
import type { UnreadAnswers } from './limits/unread-answers.ts';
import { type IdentifyDeps, identify } from './principal/identify.ts';
import type { Principal } from './principal/principal.ts';
import { enforcePublicAccess } from './principal/public-access.ts';
import { withinPlugin } from './principal/within-plugin.ts';
import { refusalOf } from './problem.ts';
import type { Admitted, Arrival, Operation, RequestContext } from './request.ts';
import { createSharedExecutions, type Shareable, sharedKey } from './share/shared-executions.ts';
import { type Course, createUpstreams, type Subscription, subscribe } from './subscribe/index.ts';
import { codesOf } from './telemetry/error-codes.ts';
import { maskErrors } from './telemetry/mask-errors.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { RequestTrace } from './telemetry/request-trace.ts';
import { resolveTenant } from './tenant/resolve-tenant.ts';
import type { UsageRecorder } from './usage/usage-recorder.ts';
import type { Variants } from './variant/variants.ts';

export interface PipelineDeps extends IdentifyDeps {
  readonly directory: Directory;
  readonly baseDomain: string | undefined;
  readonly variants: Variants;
  readonly rateLimit: RateLimit;
  /** Points of estimated cost that one operation may have. */
  readonly maxCost?: number;
  /** Characters that one answer may have. */
  readonly maxAnswer?: number;
  /** Who may look at the schema: whoever is signed in when absent. */
  readonly introspection?: IntrospectionRules;
  /** What becomes of fields that their caller may not see: withheld when absent. */
  readonly unauthorizedFields?: UnauthorizedFields;
  /** Whether identical queries of one principal share an execution while it is under way: they do when absent. */
  readonly shareQueries?: boolean;
  readonly streamLimit: ReturnType<typeof createStreamLimit>;
  readonly unread: Pick<UnreadAnswers, 'follow'>;
  readonly connections: (tenant: TenantRecord | undefined) => Connections;
  readonly observe: Pick<Metrics, 'streamsChanged'>;
  readonly recordUsage: UsageRecorder['record'];
  readonly report: (error: unknown, requestId: string) => void;
}

export type Pipeline = ReturnType<typeof createPipeline>;

/** A subscription under way, and its caller as of now. */
export interface LiveStream extends AsyncIterableIterator<ExecutionResult> {
  /** Goes on as this caller, on this plugin set. Where its events come from elsewhere then, it moves there within a time. */
  adopt(admitted: Admitted, withinMs: number): Promise<void>;
}

export interface StreamOptions {
  /** Called when the source of its events breaks off; settles once what is known of its caller by then was adopted. */
  readonly lookAgain?: () => Promise<void>;
}

/** A request, step by step. Nothing else in the gateway knows the order. */
export const createPipeline = (deps: PipelineDeps) => {
  const { maxCost = defaultMaxCost, maxAnswer = defaultMaxAnswer } = deps;
  const upstreams = createUpstreams();
  const executions = createSharedExecutions<ExecutionResult>();
  const lookAs = async (identified: Principal, arrival: Arrival): Promise<Admitted> => {
    const { record, named } = await resolveTenant(arrival, identified, deps);
    const principal = withinPlugin(identified, record);
    const hash = record?.supergraph ?? (await deps.directory.publicSupergraph());
    const variant = await deps.variants.for(hash, record?.id);
    const { address, client } = arrival;
    const sees = seesSchema(principal, deps.introspection);
    return { principal, tenant: record, unknownTenant: named && !record, variant, seesSchema: sees, address, client };
  };
  const look = async (arrival: Arrival): Promise<Admitted> => lookAs(await identify(arrival, deps), arrival);

  /** Counted before anybody is asked about the tenant, and so whichever tenant is named. */
  const enter = async (arrival: Arrival): Promise<Admitted> => {
    const principal = await identify(arrival, deps);
    await deps.rateLimit.caller({ principal, address: arrival.address });
    const admitted = await lookAs(principal, arrival);
    await deps.rateLimit.tenant(admitted);
    return admitted;
  };

  const permit = ({ document, definition, variables }: Operation, admitted: Admitted): PermittedOperation => {
    const { principal, variant, unknownTenant } = admitted;
    enforcePublicAccess(definition, document, { principal, unknownTenant, variant });
    enforceIntrospection(document, admitted);
    enforceOperationLimits(document, definition);
    enforceVariableLimits(variables);
    const permitted = variant.authorize(document, definition, principal);
    if (deps.unauthorizedFields === 'refuse') refuseWhole(permitted, principal, variables);
    return permitted;
  };

  /** Every step but the last: what is left to do is to run it. */
  const prepare = async (operation: Operation, context: RequestContext, account: Account): Promise<Prepared> => {
    const { admitted } = context;
    const permitted = permit(operation, admitted);
    const { document, definition, variables = {} } = operation;
    const estimated = admitted.variant.cost.estimate(document, definition, variables);
    account.cost = estimated.total;
    enforceCostLimit(estimated, maxCost);
    await deps.rateLimit.operation(admitted, estimated);
    // Who may see none of it loses nothing when it goes.
    if (permitted.asksAnything) deps.recordUsage(admitted, operation);
    return planned(operation, context, permitted, estimated);
  };

  /** What was let through, ready to run. */
  const planned = async (
    operation: Operation,
    context: RequestContext,
    permitted: PermittedOperation,
    estimated: Cost,
  ): Promise<Prepared> => {
    const { principal, tenant, variant } = context.admitted;
    const { requestId, trace, traceparent } = context;
    const { hash, operationName, variables, document, definition } = operation;
    // What was begun to be written is written, whether or not its client waits.
    const signal = definition.operation === 'mutation' ? undefined : context.signal;
    const explained = explainedTo(principal, operation);
    const explanation = startExplanation(explained);
    const tell = ({ data, errors = [], extensions }: ExecutionResult): ExecutionResult => {
      const completed = data === undefined ? undefined : permitted.complete(data, variables);
      const masked = maskErrors([...errors, ...(completed?.errors ?? [])], context.requestId, deps.report);
      const all = context.admitted.seesSchema ? masked : masked.map(withoutSuggestion);
      const result = { ...(all.length && { errors: all }), ...(completed && { data: completed.data }), ...(extensions && { extensions }) };
      const actual = () => variant.cost.actual(document, definition, variables ?? {}, completed?.data);
      return explanation.add(result, () => ({ estimated, actual: actual(), limit: maxCost }));
    };
    // Nothing may be seen, so no subgraph is asked.
    if (!permitted.asksAnything) return { nothing: tell({ data: {} }) };
    const key = [hash, operationName ?? '', ...permitted.withheld].join('|');
    const caller = () => callerName(context.admitted);
    const plannable = { key, document: permitted.document, operationName, variables, caller, keeps: variant.isKept(document) };
    const plan = await (trace ? trace.step('plan', () => variant.supergraph.plan(plannable)) : variant.supergraph.plan(plannable));
    explanation.planned(plan);
    const { schema } = variant.supergraph;
    const claims = claimsFor({ principal, tenant });
    const request = { variables, caller: { claims, requestId, traceparent, signal, schema }, maxAnswer };
    const connections = explanation.through(deps.connections(tenant));
    // What is withheld is put into the answer itself, and an explanation is of one execution.
    const isAlike = definition.operation === 'query' && permitted.withheld.length === 0 && explained.size === 0;
    const sharedAs = isAlike && deps.shareQueries !== false ? sharedKey([variant.hash, key, variables, fingerprintOf(claims)]) : undefined;
    const shareable = sharedAs === undefined ? undefined : { key: sharedAs, tenant, signal };
    const pay = plan.stream && deps.rateLimit.events(context.admitted, estimated, plan.stream.primary.service);
    return { course: { plan, request, connections: trace ? trace.through(connections) : connections, pay, tell }, shareable };
  };

  const run = async ({ nothing, course, shareable }: Prepared): Promise<ExecutionResult> => {
    if (!course) return nothing;
    const { plan, request, connections, tell } = course;
    if (!shareable) return tell(await execute(plan, request, connections));
    const asking = (signal: CallSignal | undefined) => execute(plan, { ...request, caller: { ...request.caller, signal } }, connections);
    return tell(await executions.run(shareable, asking));
  };

  const ended = (
    { definition, hash }: Operation,
    { onEnded }: RequestContext,
    { cost }: Account,
    errors: ExecutionResult['errors'],
  ): void => onEnded?.({ kind: definition.operation, name: definition.name?.value, hash, cost, codes: codesOf(errors) });

  return {
    /** Before GraphQL: who asks, and of which supergraph. Counted, so that nobody may ask without end, however invalid it is. */
    async admit(arrival: Arrival, trace?: RequestTrace): Promise<Admitted> {
      return trace ? trace.step('admit', () => enter(arrival)) : enter(arrival);
    },

    /** What was sent, in so many characters, before it is read. Throws where its sender has sent too much. */
    received: deps.rateLimit.received,

    /** Who asks as of now, where nothing new is asked. */
    look,

    /** What of an operation its caller may ask. Throws where they may ask none of it at all. */
    permit,

    /** After parsing and validation; the same for HTTP, WebSocket and SSE. Rejects with a refusal that clients may read. */
    async answer(operation: Operation, context: RequestContext): Promise<ExecutionResult> {
      const account: Account = {};
      try {
        const result = await run(await prepare(operation, context, account));
        ended(operation, context, account, result.errors);
        return result;
      } catch (error) {
        const refusal = refusalOf(error, context.requestId, deps.report);
        ended(operation, context, account, [refusal]);
        throw refusal;
      } finally {
        if (operation.definition.operation === 'mutation') executions.wrote(context.admitted.tenant);
      }
    },

    /** As `answer`, for as long as the stream lasts. */
    stream(operation: Operation, context: RequestContext, { lookAgain }: StreamOptions = {}): LiveStream {
      let live: Subscription | undefined;
      const results = async function* (): AsyncGenerator<ExecutionResult, undefined> {
        const account: Account = {};
        let errors: ExecutionResult['errors'];
        let closed: (() => void) | undefined;
        try {
          closed = deps.streamLimit(context.admitted);
          deps.observe.streamsChanged(1);
          const { nothing, course } = await prepare(operation, context, account);
          if (course)
            live = subscribe(course, { upstreams, lookAgain, follow: (waiting) => deps.unread.follow(context.admitted, waiting) });
          if (live) yield* live;
          else if (nothing) yield nothing;
        } catch (error) {
          const refusal = refusalOf(error, context.requestId, deps.report);
          errors = [refusal];
          throw refusal;
        } finally {
          if (closed) deps.observe.streamsChanged(-1);
          closed?.();
          // Here, for most streams end because nobody listens any more.
          ended(operation, context, account, errors);
        }
        return undefined;
      };
      return Object.assign(results(), {
        async adopt(admitted: Admitted, withinMs: number) {
          if (!live) return;
          const { document, definition, variables = {} } = operation;
          const estimated = admitted.variant.cost.estimate(document, definition, variables);
          const { course } = await planned(operation, { ...context, admitted }, permit(operation, admitted), estimated);
          if (course) live.adopt(course, withinMs);
        },
      });
    },
  };
};

/** What is known of an operation while it runs. */
interface Account {
  cost?: number;
}

/** Either a course, or what is answered where there is nothing to ask. */
type Prepared =
  | { readonly nothing: ExecutionResult; readonly course?: undefined; readonly shareable?: undefined }
  | {
      readonly nothing?: undefined;
      readonly course: Course & { readonly tell: NonNullable<Course['tell']> };
      readonly shareable: Shareable | undefined;
    };
