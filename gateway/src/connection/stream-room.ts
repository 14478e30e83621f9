import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

/** Of one installation at one gateway; equal subscriptions share one, so this is far more than its users have open. */
const streamsAtMost = 10_000;

/** A subgraph with a bounded number of streams: each holds a socket or a part of one. */
export const withStreamRoom = <Connection extends SubgraphConnection>(connection: Connection, atMost = streamsAtMost): Connection => {
  let open = 0;
  return {
    ...connection,
    async *subscribe(operation, caller, opened) {
      if (open >= atMost) throw new SubgraphUnavailableError(connection.name, `it has ${open} streams open already`);
      open += 1;
      try {
        yield* connection.subscribe(operation, caller, opened);
      } finally {
        open -= 1;
      }
    },
  } satisfies SubgraphConnection as Connection;
};
