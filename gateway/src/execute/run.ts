import type { GraphQLError } from 'graphql';
import type { Room } from './answer-size.ts';
import type { EntityGroup, Gathering } from './entity-group.ts';
import type { ResultObject } from './result-object.ts';
import type { SubgraphCaller, SubgraphConnection } from './subgraph-connection.ts';

/** Finds the connection of a subgraph by its name in the supergraph. */
export type Connections = (name: string) => SubgraphConnection;

export interface ExecutionRequest {
  /** As the client sent them; they are coerced by the subgraphs. */
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly caller: SubgraphCaller;
  /** Characters that the answer may have. */
  readonly maxAnswer?: number;
}

/** One execution of a plan: what it was asked, what it has gathered so far. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: SubgraphCaller;
  readonly connections: Connections;
  readonly root: ResultObject;
  readonly errors: GraphQLError[];
  /** Errors of subgraphs, with what was asked when they were told. */
  told?: Map<string, object>;
  /** Subgraphs that failed to answer, each reported once. */
  readonly unavailable: Set<string>;
  /** Entity fetches that wait for others, to be sent together. */
  readonly gatherings: Map<EntityGroup, Gathering>;
  /** Objects at paths of stubs, by path, from when they were first looked for. */
  readonly stubs: Map<string, readonly ResultObject[]>;
  /** Set once an object of a subgraph was merged by reference into more than one place. */
  sharesObjects: boolean;
  /** For copies of entities that stand at several places. */
  readonly copies: Room;
}

export const startRun = (request: ExecutionRequest, connections: Connections): Run => ({
  variables: request.variables ?? {},
  caller: request.caller,
  connections,
  root: {},
  errors: [],
  unavailable: new Set(),
  gatherings: new Map(),
  stubs: new Map(),
  sharesObjects: false,
  copies: { used: 0, limit: request.maxAnswer ?? Number.POSITIVE_INFINITY },
});
