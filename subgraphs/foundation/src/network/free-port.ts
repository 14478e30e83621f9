import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out by themselves (from 32,768 on Linux, from 49,152 elsewhere): no connection and
 * no other program's "any port" takes one between its choice here and the moment its server listens, which for some is
 * a quarter of a minute later.
 */
const [first, last] = [20_000, 29_999];
const tries = 100;

const chosen = new Set<number>();

/** A loopback port that nobody listens on, never the same twice in a process. */
export const freePort = async (pick = () => randomInt(first, last + 1)): Promise<number> => {
  for (let tried = 0; tried < tries; tried++) {
    const port = pick();
    if (chosen.has(port)) continue;
    chosen.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${tries} ports between ${first} and ${last} is free.`);
};

/** Whether a server could listen there now. */
export const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};
