import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { CompositionRequest, CompositionResult } from './compose.ts';

/** Composition off the main thread. The worker starts with the first request, or soon after the platform did, and never keeps the process alive. */
export interface Composer {
  /** What was composed lately is not composed again. Rejects when the worker dies or takes too long; what does not compose is an answer, no rejection. */
  compose(request: CompositionRequest): Promise<CompositionResult>;
  stop(): Promise<void>;
}

export interface ComposerOptions {
  /** A composition takes milliseconds, a hundred plugins some seconds; an SDL that takes longer is an attack or a mistake. */
  readonly timeoutMs?: number;
}

/** Answers kept, some hundred kilobytes each at the most: publishing, previewing and installing compose the same. */
const answersAtMost = 32;
/** A start has its own work to do; who publishes later does not wait for the worker to load. */
const startsAfterMs = 3_000;

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./composition-worker.ts', import.meta.url)
  : new URL('./composition-worker.js', import.meta.url);

export const createComposer = ({ timeoutMs = 60_000 }: ComposerOptions = {}): Composer => {
  const waiting = new Map<number, PromiseWithResolvers<CompositionResult>>();
  const answers = new LRUCache<string, CompositionResult>({ max: answersAtMost });
  let worker: Worker | undefined;
  let nextId = 0;

  const end = async (reason: Error): Promise<void> => {
    const ending = worker;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    await ending?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(workerUrl, { execArgv: ['--no-warnings'] });
    started.unref();
    started.on('message', ({ id, result }: { id: number; result: CompositionResult }) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
      if (!waiting.size) started.unref();
    });
    const fail = (error: Error) => {
      if (worker === started) void end(error);
    };
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The composition worker ended.')));
    return started;
  };

  const ask = (request: CompositionRequest): Promise<CompositionResult> => {
    worker ??= start();
    worker.ref();
    const pending = Promise.withResolvers<CompositionResult>();
    nextId += 1;
    waiting.set(nextId, pending);
    const late = setTimeout(() => void end(new Error(`Composition took more than ${timeoutMs} ms.`)), timeoutMs);
    worker.postMessage({ id: nextId, request });
    return pending.promise.finally(() => clearTimeout(late));
  };

  const soon = setTimeout(() => {
    worker ??= start();
  }, startsAfterMs).unref();
  return {
    async compose(request) {
      const key = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
      const answer = answers.get(key) ?? (await ask(request));
      answers.set(key, answer);
      return answer;
    },
    stop() {
      clearTimeout(soon);
      return end(new Error('Composition was stopped.'));
    },
  };
};
