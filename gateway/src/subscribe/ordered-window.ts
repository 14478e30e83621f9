/** Thrown to whoever reads a window too slowly. */
export class WindowOverflowError extends Error {
  constructor(tooMuch: string) {
    super(`More than ${tooMuch} are waiting to be read`);
  }
}

export interface OrderedWindowOptions<In, Out> {
  readonly source: AsyncIterable<In>;
  readonly map: (value: In) => Promise<Out>;
  /** How many values are mapped at the same time. */
  readonly concurrency: number;
  /** How many values may wait for the reader. */
  readonly limit: number;
  /** How large they may be together, and how large each is. */
  readonly room?: { readonly characters: number; readonly of: (value: In) => number };
  /** Ends the window at once, whatever the source is waiting for. */
  readonly signal: AbortSignal;
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
  signal,
}: OrderedWindowOptions<In, Out>): AsyncGenerator<Out> {
  const waiting: { readonly mapped: Promise<Out>; readonly size: number }[] = [];
  let characters = 0;
  const gate = createGate(concurrency);
  let ended = false;
  let failure: unknown;
  let wake = Promise.withResolvers<void>();

  const pump = async (): Promise<void> => {
    try {
      for await (const value of source) {
        if (ended) return;
        if (waiting.length >= limit) throw new WindowOverflowError(`${limit} events`);
        if (room && characters > room.characters) throw new WindowOverflowError(`${room.characters} characters of events`);
        // One that is read as it comes takes no room.
        const size = room && waiting.length > 0 ? room.of(value) : 0;
        characters += size;
        const mapped = gate(() => map(value));
        // Its reader sees the rejection; until then it is nobody's unhandled one.
        mapped.catch(() => undefined);
        waiting.push({ mapped, size });
        wake.resolve();
      }
    } catch (error) {
      failure = error;
      // A reader who comes back after this is told why, and nothing else.
      if (error instanceof WindowOverflowError) waiting.length = 0;
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
        characters -= next.size;
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
