import type { Claims } from '@plexica/plugin-kit';
import type { GraphQLSchema } from 'graphql';
import type { CallSignal } from './call-signal.ts';

/**
 * How the executor reaches one subgraph: in process or over HTTP.
 * GraphQL errors come back in the answer; only a subgraph that does not answer makes `request` reject or a stream throw.
 */
export interface SubgraphConnection {
  readonly name: string;
  /** Tells connections of one name apart: where it leads, and what it says of its callers. The name where there is but one. */
  readonly identity?: string;
  /** What the client is told when this subgraph does not answer. A plugin is named in the error, a part of the core is not. */
  readonly unavailableCode?: UnavailableCode;
  request(operation: SubgraphOperation, caller: SubgraphCaller): Promise<SubgraphAnswer>;
  /** The stream ends early, without an error, when the caller's signal aborts. `opened` is told once the subgraph listens. */
  subscribe(operation: SubgraphOperation, caller: StreamCaller, opened?: () => void): AsyncIterable<SubgraphAnswer>;
}

export type UnavailableCode = 'PLUGIN_UNAVAILABLE' | 'SERVICE_UNAVAILABLE';

export interface SubgraphOperation {
  /** Anonymous; identical texts are parsed once by an in-process subgraph. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Writes the JSON of `{ query, variables }`, sooner than it could be written from the two. */
  readonly body?: () => string;
}

/** Who asks and under which request; the connection mints or reuses the internal token for its subgraph. */
export interface SubgraphCaller {
  readonly claims: Claims;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly signal?: CallSignal;
  /** All types of the caller's plugin set, to which plugins are held. */
  readonly schema?: GraphQLSchema;
  /** Headers that standalone mode forwards; empty inside the platform. */
  readonly forwarded?: Readonly<Record<string, string>>;
}

/** Whose signal goes on to the HTTP client, which takes no less than an AbortSignal. */
export type StreamCaller = SubgraphCaller & { readonly signal?: AbortSignal };

/** The data belongs to whoever asked: a connection never hands the same objects to two callers. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Thrown by a connection whose subgraph did not answer: refused, timed out, too large, or no GraphQL at all. */
export class SubgraphUnavailableError extends Error {
  readonly code = 'SUBGRAPH_UNAVAILABLE';
  readonly subgraph: string;
  /** Whether the way to it broke rather than itself: the same read may well be answered a moment later. */
  readonly passing: boolean;

  constructor(subgraph: string, reason: string, { passing = false, ...options }: ErrorOptions & { readonly passing?: boolean } = {}) {
    super(`The subgraph "${subgraph}" does not answer: ${reason}`, options);
    this.subgraph = subgraph;
    this.passing = passing;
  }
}
