import type { Followed } from '../limits/unread-answers.ts';

/** Thrown to whoever reads a window too slowly. */
export class WindowOverflowError extends Error {
  constructor(tooMuch: string) {
    super(`More than ${tooMuch} are waiting to be read`);
  }
}

export interface Room<T> {
  readonly characters: number;
  readonly of: (value: T) => number;
}

/** Begins to count what waits together with what waits elsewhere. */
export type Follow = (waiting: () => number) => Followed;

export interface OrderedWindowOptions<In, Out> {
  readonly source: AsyncIterable<In>;
  readonly map: (value: In) => Promise<Out>;
  /** How many values are mapped at the same time. */
  readonly concurrency: number;
  /** How many values may wait for the reader. */
  readonly limit: number;
  /** How large they may be together, and how large each is. */
  readonly room?: Room<In>;
  /** The same of what they were mapped to, which may be far larger. */
  readonly mappedRoom?: Room<Out>;
  /** Where both are counted with what else its reader has yet to read. */
  readonly follow?: Follow;
  /** Told at once when a reader has fallen too far behind, and may never come back to hear of it. */
  readonly overflowed?: () => void;
  /** Ends the window at once, whatever the source is waiting for. */
  readonly signal: AbortSignal;
}

/** A value on its way to the reader. */
interface Place<Out> {
  readonly mapped: Promise<Out>;
  readonly size: number;
  /** Of what it was mapped to, once that is known. */
  mappedSize: number;
  taken: boolean;
}

/**
 * Maps the values of a source several at once and hands them out in their order.
 * The source is read as fast as it comes, so a reader who falls behind by more than `limit` is told by an error.
 */
export async function* orderedWindow<In, Out>({
  source,
  map,
  concurrency,
  limit,
  room,
  mappedRoom,
  follow,
  overflowed = () => {},
  signal,
}: OrderedWindowOptions<In, Out>): AsyncGenerator<Out> {
  const waiting: Place<Out>[] = [];
  let characters = 0;
  let mappedCharacters = 0;
  const gate = createGate(concurrency);
  let ended = false;
  let failure: unknown;
  let wake = Promise.withResolvers<void>();
  const followed = follow?.(() => characters + mappedCharacters);
  const fits = (): boolean => followed?.look() !== false;

  const overflow = (tooMuch: string): void => {
    failure = new WindowOverflowError(tooMuch);
    ended = true;
    waiting.length = 0;
    followed?.stop();
    wake.resolve();
    overflowed();
  };
  const measure = (place: Place<Out>, out: Out): void => {
    if (!mappedRoom || place.taken || failure instanceof WindowOverflowError) return;
    place.mappedSize = mappedRoom.of(out);
    mappedCharacters += place.mappedSize;
    if (mappedCharacters > mappedRoom.characters) overflow(`${mappedRoom.characters} characters of events`);
    else if (!fits()) overflow('one client may leave unread');
  };
  const pump = async (): Promise<void> => {
    try {
      for await (const value of source) {
        if (ended) return;
        if (waiting.length >= limit) return overflow(`${limit} events`);
        if (room && characters > room.characters) return overflow(`${room.characters} characters of events`);
        // One that is read as it comes takes no room.
        const size = room && waiting.length > 0 ? room.of(value) : 0;
        characters += size;
        if (!fits()) return overflow('one client may leave unread');
        const place: Place<Out> = { mapped: gate(() => map(value)), size, mappedSize: 0, taken: false };
        waiting.push(place);
        // Its reader sees the rejection; until then it is nobody's unhandled one.
        place.mapped.then(
          (out) => measure(place, out),
          () => undefined,
        );
        wake.resolve();
      }
    } catch (error) {
      failure ??= error;
    } finally {
      ended = true;
      wake.resolve();
    }
  };

  const stop = (): void => {
    ended = true;
    wake.resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) return;
  void pump();
  try {
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next) {
        next.taken = true;
        characters -= next.size;
        mappedCharacters -= next.mappedSize;
        fits();
        yield await next.mapped;
      } else if (ended) {
        if (failure !== undefined) throw failure;
        return;
      } else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
      if (failure instanceof WindowOverflowError) throw failure;
    }
  } finally {
    ended = true;
    followed?.stop();
    signal.removeEventListener('abort', stop);
  }
}

/** Lets a number of tasks run at once; the others wait their turn. */
const createGate = (places: number): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let free = places;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
};
