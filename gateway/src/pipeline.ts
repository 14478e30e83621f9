import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import { authorize } from './authorization/authorize.ts';
import { claimsFor } from './connection/claims-for.ts';
import type { Directory, TenantRecord } from './directory/directory.ts';
import { execute } from './execute/execute.ts';
import type { Connections } from './execute/run.ts';
import { enforceOperationLimits } from './limits/operation-limits.ts';
import type { createRateLimit } from './limits/rate-limit.ts';
import { type IdentifyDeps, identify } from './principal/identify.ts';
import type { Principal } from './principal/principal.ts';
import { enforcePublicAccess } from './principal/public-access.ts';
import { subscribe } from './subscribe/subscribe.ts';
import { maskErrors } from './telemetry/mask-errors.ts';
import { resolveTenant, type TenantHints } from './tenant/resolve-tenant.ts';
import type { Variant } from './variant/variants.ts';

export interface PipelineDeps extends IdentifyDeps {
  readonly directory: Directory;
  readonly baseDomain: string | undefined;
  readonly variants: { for(hash: string): Promise<Variant<RequestContext>> };
  readonly rateLimit: ReturnType<typeof createRateLimit>;
  readonly connections: (tenant: TenantRecord | undefined) => Connections;
  readonly report: (error: unknown, context: RequestContext) => void;
}

/** What a request says about itself, whichever transport it came by. */
export interface Arrival extends TenantHints {
  readonly authorization?: string;
  readonly address?: string;
}

/** Who asks, and of which supergraph. */
export interface Admitted {
  readonly principal: Principal;
  readonly tenant: TenantRecord | undefined;
  /** The request named a tenant that it can't be told about. */
  readonly unknownTenant: boolean;
  readonly variant: Variant<RequestContext>;
  /** Of the client, where the transport knows it. */
  readonly address: string | undefined;
}

export interface RequestContext {
  readonly admitted: Admitted;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
}

export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly operationName?: string;
  /** Tells texts apart. */
  readonly hash: string;
  readonly variables?: Record<string, unknown>;
}

export type Pipeline = ReturnType<typeof createPipeline>;

/** A request, step by step. Nothing else in the gateway knows the order. */
export const createPipeline = (deps: PipelineDeps) => {
  const permit = ({ document, definition }: Operation, { principal, variant, unknownTenant }: Admitted) => {
    enforcePublicAccess(definition, document, {
      principal,
      unknownTenant,
      requirements: variant.requirements,
      schema: variant.supergraph.apiSchema,
    });
    enforceOperationLimits(document, definition);
    return authorize(document, variant.supergraph.apiSchema, variant.requirements, principal);
  };
  const prepare = async (operation: Operation, context: RequestContext) => {
    const { principal, tenant, variant } = context.admitted;
    await deps.rateLimit(context.admitted);
    const permitted = permit(operation, context.admitted);
    const key = `${operation.hash}|${operation.operationName ?? ''}|${permitted.removed}`;
    const plan = await variant.supergraph.plan({ key, document: permitted.document, operationName: operation.operationName });
    const { requestId, traceparent, signal } = context;
    const caller = { claims: claimsFor({ principal, tenant }), requestId, traceparent, signal };
    const finish = ({ data, errors, extensions }: ExecutionResult): ExecutionResult => {
      const completed = permitted.complete(data);
      const all = maskErrors([...(errors ?? []), ...completed.errors], (error) => deps.report(error, context), requestId);
      return {
        ...(data === undefined && errors ? {} : { data: completed.data }),
        ...(all.length && { errors: all }),
        ...(extensions && { extensions }),
      };
    };
    return { plan, request: { variables: operation.variables, caller }, connections: deps.connections(tenant), finish };
  };

  return {
    /** Before GraphQL: who asks, and of which supergraph. */
    async admit(arrival: Arrival): Promise<Admitted> {
      const principal = await identify(arrival.authorization, deps);
      const resolved = await resolveTenant(arrival, principal, deps);
      const hash = resolved.record?.supergraph ?? (await deps.directory.publicSupergraph());
      const unknownTenant = !resolved.record && resolved.named;
      return { principal, tenant: resolved.record, unknownTenant, variant: await deps.variants.for(hash), address: arrival.address };
    },

    /** After parsing and validation; the same for HTTP, WebSocket and SSE. */
    async answer(operation: Operation, context: RequestContext): Promise<ExecutionResult> {
      const { plan, request, connections, finish } = await prepare(operation, context);
      return finish(await execute(plan, request, connections));
    },

    /** As `answer`, for as long as the stream lasts. */
    async *stream(operation: Operation, context: RequestContext): AsyncGenerator<ExecutionResult> {
      const { plan, request, connections, finish } = await prepare(operation, context);
      for await (const result of subscribe(plan, request, connections)) yield finish(result);
    },
  };
};
