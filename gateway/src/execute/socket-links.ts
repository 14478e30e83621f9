import type { Dispatcher } from 'undici';
import { openSocketLink, type SocketLink } from './socket-link.ts';
import type { SubgraphCaller } from './subgraph-connection.ts';

export interface SocketLinksOptions {
  readonly origin: string;
  readonly path: string;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  /** What the subgraph is told of a caller. */
  readonly introduce: (caller: SubgraphCaller) => Promise<Record<string, string>>;
}

/** How long a subgraph that refused a WebSocket is asked by server-sent events at once. */
const refusedMs = 300_000;

/** The WebSockets to one subgraph: one for each caller, for as long as it carries subscriptions. */
export const createSocketLinks = ({ origin, path, introduce, ...options }: SocketLinksOptions) => {
  const links = new Map<string, Promise<SocketLink | undefined>>();
  const url = `${origin.replace(/^http/, 'ws')}${path}`;
  let refusedUntil = 0;

  return {
    /** Undefined where the subgraph can't be had over WebSocket. */
    async for(caller: SubgraphCaller): Promise<SocketLink | undefined> {
      if (performance.now() < refusedUntil) return undefined;
      const key = JSON.stringify([caller.claims, caller.forwarded]);
      const known = links.get(key);
      if (known) return known;
      const opening = openSocketLink({ ...options, url, introduce: () => introduce(caller) }, () => {
        if (links.get(key) === link) links.delete(key);
      });
      const link = opening.catch(() => undefined);
      links.set(key, link);
      return link;
    },
    /** It answered server-sent events after no WebSocket could be had. */
    areRefused() {
      refusedUntil = performance.now() + refusedMs;
    },
    async close() {
      for (const link of await Promise.all(links.values())) link?.close();
    },
  };
};
