import type { WebSocket } from 'ws';
import type { Followed, UnreadAnswers } from '../limits/unread-answers.ts';
import type { Connection } from './socket-protocol.ts';

/** Said to a client that it has not read yet; with more than that it reads too slowly, or not at all. */
const unreadBytes = 16_777_216;

/** Says things to a client, as long as there is room for what it, and whoever is behind it, has yet to read. */
export const createSender = (client: WebSocket, connection: Connection, unread: UnreadAnswers) => {
  let followed: Followed | undefined;
  const waiting = () => {
    const { principal, arrival, gone } = connection;
    // Nothing waits any more for who has gone.
    if (gone.aborted) return undefined;
    if (principal) followed ??= unread.follow({ principal, address: arrival?.address }, () => client.bufferedAmount);
    return followed;
  };
  return {
    send(data: string): Promise<void> {
      if (client.bufferedAmount > unreadBytes) client.terminate();
      return new Promise((resolve, reject) => {
        client.send(data, (error) => {
          waiting()?.look();
          if (error) reject(error);
          else resolve();
        });
        if (waiting()?.look() === false) client.terminate();
      });
    },
    /** Once the client has gone. */
    stop: (): void => followed?.stop(),
  };
};
