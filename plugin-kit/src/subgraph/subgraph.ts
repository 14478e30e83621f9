import type { GraphQLSchema } from 'graphql';
import type { Claims } from '../claims/claims.ts';

/** One call of a subgraph, whether it came over HTTP with an internal token or in process with the claims handed over. */
export interface SubgraphCall {
  readonly claims: Claims;
  readonly requestId: string;
  readonly traceparent?: string;
  /** The internal token itself, where the call came over HTTP; plugins present it to the platform at run time. */
  readonly token?: string;
}

/** A built subgraph: the same thing whether the core made it or a plugin author. */
export interface Subgraph {
  readonly name: string;
  /** Federation 2 SDL with directives, as composed and as committed under `schema/`. */
  readonly sdl: string;
  /** Executable; answers `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** The context that resolvers see for this call; released when the call is answered. */
  contextFor(call: SubgraphCall): Promise<SubgraphContext>;
}

export interface SubgraphContext {
  readonly call: SubgraphCall;
  /** Called once after the answer (or the end of the stream). */
  release?(): Promise<void>;
}
