import { errorRegistry } from '@plexica/schema';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { textLength } from '../execute/answer-size.ts';
import { follow } from '../execute/call-signal.ts';
import { reportUnavailable } from '../execute/failure.ts';
import { startRun } from '../execute/run.ts';
import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';
import { answerEvent, type Bound, bind, type Course } from './course.ts';
import { type Follow, orderedWindow, WindowOverflowError } from './ordered-window.ts';
import { createQueue } from './queue.ts';
import { startRelay } from './relay.ts';
import { createUpstreams, type Upstreams } from './upstreams.ts';

export interface SubscribeOptions {
  /** Where equal subscriptions share a source of events. One of its own without it. */
  readonly upstreams?: Upstreams;
  /** How many events of one subscription are completed by other subgraphs at the same time. Default 16. */
  readonly concurrency?: number;
  /** How many events may wait for a slow client before its subscription ends. Default 1,000. */
  readonly maxWaiting?: number;
  /** Called when the source of events breaks off, before the client is told: see `Relay`. */
  readonly lookAgain?: () => Promise<void>;
  /** Counts what waits here with all else that its client has yet to read. */
  readonly follow?: Follow;
}

export interface Subscription extends AsyncIterableIterator<ExecutionResult> {
  /** Goes on by another course: on another plugin set, as the same caller with other rights. Events before it are answered by the old one. */
  adopt(course: Course, withinMs?: number): void;
}

/** Of events that wait for one client, however few they are. */
const waitingCharacters = 4_000_000;
/** Of the answers to them: what other subgraphs add to a small event may be large. */
const waitingAnswers = 20_000_000;

/**
 * Runs a planned subscription: events come from the owning subgraph, and fields of others are fetched per event. Events keep their order.
 * Whatever ends it early, a subgraph that goes away or a client that reads too slowly, is its last result. Stop it by `return()` or the caller's signal.
 */
export const subscribe = (course: Course, options: SubscribeOptions = {}): Subscription => {
  const stopped = new AbortController();
  const { signal } = stopped;
  follow(course.request.caller.signal, stopped);
  const errors = course.plan.checkVariables(course.request.variables ?? {});
  if (errors) return alone(course.tell ? course.tell({ errors }) : { errors });

  const { upstreams = createUpstreams(), concurrency = 16, maxWaiting = 1_000, lookAgain, follow: followed } = options;
  const queue = createQueue<{ readonly course: Bound; readonly event: SubgraphAnswer }>();
  const bound = (next: Course): Bound => bind({ ...next, request: { ...next.request, caller: { ...next.request.caller, signal } } });
  const relay = startRelay(bound(course), {
    upstreams,
    lookAgain,
    event: (at, event) => queue.push({ course: at, event }),
    end: (at, error) => queue.end(error === undefined ? undefined : new SourceError(at, error)),
  });
  signal.addEventListener('abort', relay.stop, { once: true });
  if (signal.aborted) relay.stop();

  const results = resultsOf();
  async function* resultsOf(): AsyncGenerator<ExecutionResult, void, undefined> {
    try {
      const map = ({ course: at, event }: { course: Bound; event: SubgraphAnswer }) => answerEvent(at, event);
      const room = { characters: waitingCharacters, of: ({ event }: { event: SubgraphAnswer }) => JSON.stringify(event).length };
      const mappedRoom = { characters: waitingAnswers, of: (result: ExecutionResult) => textLength(result, waitingAnswers) };
      // A client that reads nothing more never hears that it was too slow, and nothing is to come for it all the same.
      const overflowed = relay.stop;
      yield* orderedWindow({ source: queue, map, concurrency, limit: maxWaiting, room, mappedRoom, follow: followed, overflowed, signal });
    } catch (error) {
      if (!signal.aborted) yield lastWord(error);
    } finally {
      relay.stop();
      signal.removeEventListener('abort', relay.stop);
    }
  }
  return {
    adopt: (next, withinMs) => relay.adopt(bound(next), withinMs),
    next: () => results.next(),
    async return() {
      // A generator that waits for an event can't return before one comes, unless its source ends.
      stopped.abort();
      await results.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

const alone = (result: ExecutionResult): Subscription => {
  const results = (async function* () {
    yield result;
  })();
  return Object.assign(results, { adopt: () => {} });
};

/** The source of events broke off. */
class SourceError extends Error {
  constructor(
    readonly course: Bound,
    readonly reason: unknown,
  ) {
    super('The source of events broke off');
  }
}

const lastWord = (error: unknown): ExecutionResult => {
  if (error instanceof WindowOverflowError) {
    const message = `${errorRegistry.SUBSCRIBER_TOO_SLOW.en} ${error.message}.`;
    return { errors: [new GraphQLError(message, { extensions: { code: 'SUBSCRIBER_TOO_SLOW' } })] };
  }
  if (!(error instanceof SourceError)) throw error;
  const { course, reason } = error;
  const run = startRun(course.request, course.connections);
  reportUnavailable(run, course.stream.primary.service, [], reason);
  return { errors: run.errors };
};
