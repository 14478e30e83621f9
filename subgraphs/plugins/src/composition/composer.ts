import { createHash } from 'node:crypto';
import { createQuestionThread } from '@plexica/foundation';
import { LRUCache } from 'lru-cache';
import type { CompositionRequest, CompositionResult } from './compose.ts';

/** Composition off the main thread, which starts with the first request, or soon after the platform did. */
export interface Composer {
  /** What was composed lately is not composed again. What does not compose, or takes too much for it, is an answer, no rejection. */
  compose(request: CompositionRequest): Promise<CompositionResult>;
  stop(): Promise<void>;
}

export interface ComposerOptions {
  /** A composition takes milliseconds, a hundred plugins some seconds; an SDL that takes longer is an attack or a mistake. */
  readonly timeoutMs?: number;
}

/** Answers kept, some hundred kilobytes each at the most: publishing, previewing and installing compose the same. */
const answersAtMost = 32;
/** A start has its own work to do; who publishes later does not wait for the thread to load. */
const startsAfterMs = 3_000;
/** A hundred plugins take a third of that. */
const heapMb = 1_024;

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const url = import.meta.url.endsWith('.ts')
  ? new URL('./composition-worker.ts', import.meta.url)
  : new URL('./composition-worker.js', import.meta.url);

/** What was given up is not kept: another time there may be more room for it. */
class GivenUp extends Error {}

export const createComposer = ({ timeoutMs = 60_000 }: ComposerOptions = {}): Composer => {
  const answers = new LRUCache<string, CompositionResult>({ max: answersAtMost });
  const thread = createQuestionThread<CompositionRequest>({
    ...{ url, heapMb, patienceMs: timeoutMs },
    givenUp: (why, cause) =>
      new GivenUp(
        {
          'too long': `It takes more than ${timeoutMs} ms.`,
          'too large': `It takes more than ${heapMb} MB.`,
          ended: 'It ended the thread that composes.',
        }[why],
        { cause },
      ),
  });

  const soon = setTimeout(thread.begin, startsAfterMs).unref();
  return {
    async compose(request) {
      const key = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
      const known = answers.get(key);
      if (known) return known;
      try {
        const answer = (await thread.ask(request)) as CompositionResult;
        answers.set(key, answer);
        return answer;
      } catch (error) {
        if (!(error instanceof GivenUp)) throw error;
        return { errors: [{ code: 'COMPOSITION_TOO_LARGE', message: error.message, subgraph: null, line: null }] };
      }
    },
    stop() {
      clearTimeout(soon);
      return thread.stop();
    },
  };
};
