import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { TenantRecord } from './directory/directory.ts';
import type { CallSignal } from './execute/call-signal.ts';
import type { Principal } from './principal/principal.ts';
import type { RequestTrace } from './telemetry/request-trace.ts';
import type { TenantHints } from './tenant/resolve-tenant.ts';
import type { Variant } from './variant/variants.ts';

/** What a request says about itself, whichever transport it came by. */
export interface Arrival extends TenantHints {
  readonly authorization?: string;
  readonly address?: string;
  /** What the client calls itself. */
  readonly client?: string;
}

/** Who asks, and of which supergraph. */
export interface Admitted {
  readonly principal: Principal;
  readonly tenant: TenantRecord | undefined;
  /** The request named a tenant that it can't be told about. */
  readonly unknownTenant: boolean;
  readonly variant: Variant;
  /** Whether they may look at the schema of that set. */
  readonly seesSchema: boolean;
  /** Of the client, where the transport knows it. */
  readonly address: string | undefined;
  /** What the client calls itself. */
  readonly client?: string;
}

export interface RequestContext {
  readonly admitted: Admitted;
  readonly requestId: string;
  readonly traceparent?: string;
  /** Where requests are traced. */
  readonly trace?: RequestTrace;
  /** The client has gone. */
  readonly signal?: CallSignal;
  /** Told once, for the transport to account for. */
  readonly onEnded?: (operation: EndedOperation) => void;
}

/** What became of an operation. Of one that was refused before it was read, little is known. */
export interface EndedOperation {
  readonly kind?: 'query' | 'mutation' | 'subscription';
  readonly name?: string;
  /** SHA-256 of its text. */
  readonly hash?: string;
  /** Of its errors, each once; none where it went well. */
  readonly codes: readonly string[];
  /** Points, as estimated before it ran. */
  readonly cost?: number;
}

export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly operationName?: string;
  /** Tells texts apart. */
  readonly hash: string;
  readonly variables?: Record<string, unknown>;
  /** Beside the operation, as the client sent it. */
  readonly extensions?: unknown;
}
