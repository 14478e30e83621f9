import type { ServerResponse } from 'node:http';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';
import { callerName } from './caller-name.ts';

export interface UnreadLimits {
  /** Bytes, of one user or of one address without a token. */
  readonly perCaller: number;
  readonly inAll: number;
}

type Asking = Pick<Admitted, 'principal' | 'address'>;

/** What waits at one place. */
export interface Followed {
  /** Counts it as of now; false where there is no room left. */
  look(): boolean;
  /** It waits no more, whatever is looked at afterwards. */
  stop(): void;
}

export type UnreadAnswers = ReturnType<typeof createUnreadAnswers>;

/** Of a WebSocket or a subscription: what mostly waits there for a moment needs no counting. */
const fewBytes = 1_000_000;
const defaults: UnreadLimits = { perCaller: 100_000_000, inAll: 500_000_000 };

/** Answers and events that their clients have yet to read, by whose they are: each takes its room until then, and a few hundred would take all there is. */
export const createUnreadAnswers = ({ perCaller, inAll } = defaults) => {
  const unread = new Map<string, number>();
  let all = 0;
  const isFull = (caller: string) => (unread.get(caller) ?? 0) >= perCaller;
  const hasRoom = (caller: string) => !isFull(caller) && all < inAll;
  const add = (caller: string, bytes: number): void => {
    const sum = (unread.get(caller) ?? 0) + bytes;
    all += bytes;
    if (sum > 0) unread.set(caller, sum);
    else unread.delete(caller);
  };
  return {
    /** Throws RATE_LIMITED for whoever is to read first what was answered before. */
    enforce(asking: Asking): void {
      if (unread.size === 0 || !isFull(callerName(asking))) return;
      throw new Refusal('RATE_LIMITED', { message: 'Read what you were answered before.', retryAfterSeconds: 1 });
    },

    /** What of an answer is not on its way yet. Cuts it off where there is no room left: many may have been asked for at once. */
    count(asking: Asking, response: ServerResponse): void {
      const bytes = response.writableLength;
      if (bytes === 0) return;
      const caller = callerName(asking);
      if (!hasRoom(caller)) return void response.destroy();
      add(caller, bytes);
      response.once('close', () => add(caller, -bytes));
    },

    /** The same of what waits in a WebSocket or a subscription. */
    follow(asking: Asking, bytesOf: () => number): Followed {
      const caller = callerName(asking);
      let counted = 0;
      let stopped = false;
      const count = (bytes: number): void => {
        add(caller, bytes - counted);
        counted = bytes;
      };
      return {
        look(): boolean {
          if (stopped) return true;
          const bytes = bytesOf();
          const waiting = bytes > fewBytes ? bytes : 0;
          if (waiting === counted) return true;
          const fits = waiting < counted || hasRoom(caller);
          count(waiting);
          return fits;
        },
        stop(): void {
          stopped = true;
          count(0);
        },
      };
    },
  };
};
