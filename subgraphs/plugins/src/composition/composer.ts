import { Worker } from 'node:worker_threads';
import type { CompositionRequest, CompositionResult } from './compose.ts';

/** Composition off the main thread. The worker starts when first needed and never keeps the process alive. */
export interface Composer {
  compose(request: CompositionRequest): Promise<CompositionResult>;
  stop(): Promise<void>;
}

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./composition-worker.ts', import.meta.url)
  : new URL('./composition-worker.js', import.meta.url);

export const createComposer = (): Composer => {
  const waiting = new Map<number, PromiseWithResolvers<CompositionResult>>();
  let worker: Worker | undefined;
  let nextId = 0;

  const start = (): Worker => {
    const started = new Worker(workerUrl, { execArgv: ['--no-warnings'] });
    started.unref();
    started.on('message', ({ id, result }: { id: number; result: CompositionResult }) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
      if (!waiting.size) started.unref();
    });
    const fail = (error: Error) => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The composition worker ended.')));
    return started;
  };

  return {
    compose(request) {
      worker ??= start();
      worker.ref();
      const pending = Promise.withResolvers<CompositionResult>();
      nextId += 1;
      waiting.set(nextId, pending);
      worker.postMessage({ id: nextId, request });
      return pending.promise;
    },
    async stop() {
      const stopping = worker;
      worker = undefined;
      await stopping?.terminate();
    },
  };
};
