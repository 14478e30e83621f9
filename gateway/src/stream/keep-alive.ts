import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

const pingMs = 12_000;

/**
 * A client that answers no ping is gone, whatever its socket says. Each ping says something else: who answers it has read all that was
 * sent before, and whoever reads nothing can't answer.
 */
export const keepAlive = (client: WebSocket, everyMs = pingMs): (() => void) => {
  let asked: Buffer | undefined;
  client.on('pong', (answer) => {
    if (asked?.equals(answer)) asked = undefined;
  });
  const ping = setInterval(() => {
    if (asked) return client.terminate();
    asked = randomBytes(8);
    client.ping(asked);
  }, everyMs);
  return () => clearInterval(ping);
};
