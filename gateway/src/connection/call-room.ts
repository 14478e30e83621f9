import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

export interface CallRoomOptions {
  /** How long a call may wait for its turn. */
  readonly timeoutMs: number;
  /** Calls under way at once. */
  readonly atMost?: number;
}

/** Of one installation at one gateway: an eighth of the sockets that its service may have, so that one tenant's slow calls leave room for those of others. */
const callsAtMost = 32;

/** A room with so many calls under way at most, whichever connections they go over; whoever comes then waits for a turn, the longest waiting first. */
export const createCallRoom = ({ timeoutMs, atMost = callsAtMost }: CallRoomOptions) => {
  let underWay = 0;
  const waiting = new Set<() => void>();

  const turn = (subgraph: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(take);
        reject(new SubgraphUnavailableError(subgraph, `${atMost} calls of this tenant are under way`));
      }, timeoutMs);
      waiting.add(take);
    });

  /** The place goes to who waited longest, if anybody does. */
  const leave = (): void => {
    const [next] = waiting;
    if (!next) {
      underWay -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    /** The same connection, its calls within this room. */
    around: (connection: SubgraphConnection): SubgraphConnection => ({
      ...connection,
      async request(operation, caller) {
        if (underWay < atMost) underWay += 1;
        else await turn(connection.name);
        try {
          return await connection.request(operation, caller);
        } finally {
          leave();
        }
      },
    }),
  };
};
