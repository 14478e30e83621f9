import type { OperationRecord } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import type { TenancyDeps } from '../deps.ts';
import type { OperationReader } from './operation.reader.ts';
import { hasEnded } from './operation.types.ts';

export interface ProgressDeps extends Pick<TenancyDeps, 'pubsub'> {
  readonly reader: OperationReader;
  /** How long a notice may stay out before the state is read all the same; notices get lost when their carrier is away. */
  readonly rereadMs?: number;
}

/** The state now, then each later one, up to and with the last. Fails with OPERATION_NOT_FOUND before the first. */
export const operationProgress = async (
  id: string,
  { pubsub, reader, rereadMs = 2_000 }: ProgressDeps,
): Promise<AsyncIterable<OperationRecord>> => {
  // Listening begins before the first read, so that nothing falls between the two.
  const notices = pubsub.subscribe(`operation.${id}`)[Symbol.asyncIterator]();
  const first = notices.next();
  try {
    const current = await reader.find(id);
    if (!current) throw new DomainError('OPERATION_NOT_FOUND');
    return states(current, { first, notices, rereadMs, read: () => reader.find(id) });
  } catch (error) {
    await notices.return?.();
    throw error;
  }
};

interface Source {
  readonly first: Promise<IteratorResult<unknown>>;
  readonly notices: AsyncIterator<unknown>;
  readonly rereadMs: number;
  readonly read: () => Promise<OperationRecord | undefined>;
}

const states = (current: OperationRecord, { first, notices, rereadMs, read }: Source): AsyncIterable<OperationRecord> => {
  const ended = Promise.withResolvers<void>();
  async function* follow() {
    let shown: OperationRecord | undefined;
    let notice = first;
    try {
      for (let next: OperationRecord | undefined = current; next; next = await read()) {
        if (!sameState(shown, next)) yield next;
        if (hasEnded(next)) return;
        shown = next;
        const heard = await soonest(notice, ended.promise, rereadMs);
        if (heard === 'ended' || (heard !== 'quiet' && heard.done)) return;
        if (heard !== 'quiet') notice = notices.next();
      }
    } finally {
      await notices.return?.();
    }
  }
  const iterator = follow();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => iterator.next(),
      // A generator that waits for a notice would not hear `return` before the next one.
      return: async () => {
        ended.resolve();
        await iterator.return(undefined);
        await notices.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
};

const soonest = async <T>(notice: Promise<T>, ended: Promise<void>, rereadMs: number): Promise<T | 'ended' | 'quiet'> => {
  const quiet = Promise.withResolvers<'quiet'>();
  const timer = setTimeout(quiet.resolve, rereadMs, 'quiet');
  try {
    return await Promise.race([notice, ended.then(() => 'ended' as const), quiet.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const sameState = (shown: OperationRecord | undefined, next: OperationRecord): boolean =>
  shown !== undefined && JSON.stringify(shown) === JSON.stringify(next);
