import { cloneResult } from '../execute/result-object.ts';
import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';

/** A subscription at a subgraph, as it is about to be asked for. */
export interface UpstreamAddress {
  /** Equal for equal questions on behalf of the same claims: those share one. */
  readonly key: string;
  /** It begins by telling how things stand, which nobody may miss. */
  readonly showsState: boolean;
  /** Asks for it; `opened` is told once the subgraph listens. The stream ends early, without an error, when the signal aborts. */
  connect(signal: AbortSignal, opened: () => void): AsyncIterable<SubgraphAnswer>;
}

export interface UpstreamListener {
  event(event: SubgraphAnswer): void;
  /** With an error where it broke off. Nothing is heard afterwards. */
  end(error?: unknown): void;
}

/** One who listens. */
export interface Membership {
  /** When the subgraph listens, or will never. */
  readonly opened: Promise<void>;
  /** Listens alone, beside others who ask the same: it came after they were told how things stand. */
  readonly apart: boolean;
  /** Somebody else opened it, and it lasts as long as that one's right to it. */
  readonly shared: boolean;
  leave(): void;
}

interface Upstream {
  readonly opened: Promise<void>;
  readonly takesMore: () => boolean;
  add(listener: UpstreamListener): () => void;
}

export type Upstreams = ReturnType<typeof createUpstreams>;

/** Subscriptions at subgraphs: equal ones are opened once, and closed when the last listener leaves. */
export const createUpstreams = () => {
  const running = new Map<string, Upstream>();
  return {
    join(address: UpstreamAddress, listener: UpstreamListener): Membership {
      const known = running.get(address.key);
      const shared = known?.takesMore() ? known : undefined;
      const upstream = shared ?? start(address, (ended) => running.get(address.key) === ended && running.delete(address.key));
      if (!known) running.set(address.key, upstream);
      return { opened: upstream.opened, apart: known !== undefined && !shared, shared: !!shared, leave: upstream.add(listener) };
    },
    /** For one who was told how things stand elsewhere; undefined where nobody listens. */
    joinLate({ key }: UpstreamAddress, listener: UpstreamListener): Membership | undefined {
      const known = running.get(key);
      return known && { opened: known.opened, apart: false, shared: true, leave: known.add(listener) };
    },
    /** How many are open and can be shared. */
    size: () => running.size,
  };
};

const start = ({ connect, showsState }: UpstreamAddress, forget: (upstream: Upstream) => unknown): Upstream => {
  const listeners = new Set<UpstreamListener>();
  const stopped = new AbortController();
  const opened = Promise.withResolvers<void>();
  let begun = false;

  const upstream: Upstream = {
    opened: opened.promise,
    takesMore: () => !(showsState && begun) && !stopped.signal.aborted,
    add(listener) {
      listeners.add(listener);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        forget(upstream);
        stopped.abort();
      };
    },
  };

  const end = (error?: unknown): void => {
    forget(upstream);
    stopped.abort();
    opened.resolve();
    for (const listener of listeners) listener.end(error);
    listeners.clear();
  };
  const read = async (): Promise<void> => {
    try {
      for await (const event of connect(stopped.signal, opened.resolve)) {
        begun = true;
        opened.resolve();
        deliver(event, [...listeners]);
      }
      end();
    } catch (error) {
      end(error);
    }
  };
  // Not before whoever opened it listens.
  queueMicrotask(() => void read());
  return upstream;
};

/** What is merged into an event belongs to one answer, so each listener has an event of its own. */
const deliver = (event: SubgraphAnswer, [first, ...others]: readonly UpstreamListener[]): void => {
  const copies = others.map(() => cloneResult(event) as SubgraphAnswer);
  first?.event(event);
  for (const [index, listener] of others.entries()) listener.event(copies[index] ?? event);
};
