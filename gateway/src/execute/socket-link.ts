import { type Dispatcher, WebSocket } from 'undici';
import { createQueue, type Queue } from '../subscribe/queue.ts';

export interface LinkOptions {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  /** What the subgraph is told of the caller, first and then with each ping: a token is renewed by it. */
  readonly introduce: () => Promise<Record<string, string>>;
  readonly timeoutMs: number;
  /** Between two pings; 12 s, so that no token ends between them. */
  readonly pingMs?: number;
}

/** A WebSocket to a subgraph that carries any number of subscriptions of one caller. */
export interface SocketLink {
  /** Results as they come. `opened` is told once the subgraph has read the request. */
  subscribe(payload: object, opened?: () => void): { readonly results: AsyncIterable<unknown>; close(): void };
  close(): void;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** Said to a subgraph that it has not read yet; with more than that its pings are not answered, however many it sends. */
const unreadBytes = 1_048_576;
/** A link that carries nothing is closed after this time. */
const idleMs = 3_000;

/** Opens a link by graphql-transport-ws. Rejects where the subgraph doesn't speak it; `closed` is told once it carries no more. */
export const openSocketLink = (options: LinkOptions, closed: () => void): Promise<SocketLink> => {
  const { url, dispatcher, introduce, timeoutMs, pingMs = 12_000 } = options;
  const socket = new WebSocket(url, { protocols: 'graphql-transport-ws', dispatcher });
  const acknowledged = Promise.withResolvers<SocketLink>();
  const running = new Map<string, Queue<unknown>>();
  const waiting: (() => void)[] = [];
  let count = 0;
  let heard = true;
  let idle: NodeJS.Timeout | undefined;

  const send = (message: Message): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const ask = (ping: Message, answered = () => {}): void => {
    waiting.push(answered);
    send(ping);
  };
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    clearTimeout(late);
    clearInterval(pinging);
    clearTimeout(idle);
    const error = new Error(reason);
    acknowledged.reject(error);
    for (const queue of running.values()) queue.end(error);
    running.clear();
    closed();
    socket.close();
  };
  const ping = async (): Promise<void> => {
    if (!heard) return end('the socket is silent');
    heard = false;
    ask({ type: 'ping', payload: await introduce() });
  };
  const late = setTimeout(() => end(`no socket within ${timeoutMs} ms`), timeoutMs);
  const pinging = setInterval(() => void ping().catch(() => {}), pingMs);
  const remove = (id: string): void => {
    running.delete(id);
    clearTimeout(idle);
    if (running.size === 0) idle = setTimeout(() => end('nothing is subscribed'), idleMs);
  };

  const link: SocketLink = {
    subscribe(payload, opened) {
      const id = String(++count);
      const queue = createQueue<unknown>();
      running.set(id, queue);
      clearTimeout(idle);
      send({ type: 'subscribe', id, payload });
      // Messages are read in their order, so its answer comes after the request was read.
      if (opened) ask({ type: 'ping' }, opened);
      return {
        results: queue,
        close() {
          if (!running.has(id)) return;
          send({ type: 'complete', id });
          queue.end();
          remove(id);
        },
      };
    },
    close: () => end('the gateway stops'),
  };

  const read = ({ type, id = '', payload }: Message): void => {
    const queue = running.get(id);
    if (type === 'connection_ack') {
      clearTimeout(late);
      acknowledged.resolve(link);
    } else if (type === 'ping') {
      if (socket.bufferedAmount <= unreadBytes) send({ type: 'pong' });
    } else if (type === 'pong') waiting.shift()?.();
    else if (type === 'next') queue?.push(payload);
    else if (type === 'error' || type === 'complete') {
      if (type === 'error') queue?.push({ errors: payload });
      queue?.end();
      remove(id);
    }
  };
  socket.addEventListener('open', () => {
    introduce().then(
      (payload) => send({ type: 'connection_init', payload }),
      () => end('nobody to introduce'),
    );
  });
  socket.addEventListener('message', ({ data }) => {
    heard = true;
    try {
      read(JSON.parse(String(data)));
    } catch {
      end('it said something that is not the protocol');
    }
  });
  socket.addEventListener('error', () => end('the socket broke'));
  socket.addEventListener('close', ({ code, reason }) => end(`the socket was closed (${code} ${reason})`));
  return acknowledged.promise;
};
