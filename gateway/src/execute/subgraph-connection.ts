import type { Claims } from '@plexica/plugin-kit';

/** How the executor reaches one subgraph: in process or over HTTP. Never throws for GraphQL errors, only for a subgraph that does not answer. */
export interface SubgraphConnection {
  readonly name: string;
  request(operation: SubgraphOperation, caller: SubgraphCaller): Promise<SubgraphAnswer>;
  subscribe(operation: SubgraphOperation, caller: SubgraphCaller): AsyncIterable<SubgraphAnswer>;
}

export interface SubgraphOperation {
  /** Anonymous; identical texts are parsed once by an in-process subgraph. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Who asks and under which request; the connection mints or reuses the internal token for its subgraph. */
export interface SubgraphCaller {
  readonly claims: Claims;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
  /** Headers that standalone mode forwards; empty inside the platform. */
  readonly forwarded?: Readonly<Record<string, string>>;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}
