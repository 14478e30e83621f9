import { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import type { PlannerQuestion } from './planner-worker.ts';
import type { PlanRequest, PrepareRequest } from './set-planner.ts';

/** The planners of all plugin sets, in a thread of their own. It starts at once, before the first request waits for it, and never keeps the process alive. */
export interface PlannerThread {
  /** What clients of a composed supergraph see. Rejects where it has features that nobody here enforces. */
  apiSdl(sdl: string): Promise<string>;
  plan(request: PlanRequest): Promise<QueryPlan>;
  /** Makes ready for operations over the core and one subgraph more. */
  prepare(request: PrepareRequest): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly message: string; readonly extensions?: Record<string, unknown> };
}

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './planner-worker.ts' : './planner-worker.js', import.meta.url);

/** What it keeps is a quarter of that. Without a limit of its own the thread lets garbage grow with the memory of the machine. */
const heapMb = 512;

export const startPlannerThread = (): PlannerThread => {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let worker: Worker | undefined;
  let count = 0;

  const end = async (reason: Error): Promise<void> => {
    const ending = worker;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    await ending?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(workerUrl, { execArgv: ['--no-warnings'], resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    started.on('message', ({ id, answer, error }: Answer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
      if (!error) asked?.resolve(answer);
      else asked?.reject(error.extensions ? new GraphQLError(error.message, { extensions: error.extensions }) : new Error(error.message));
    });
    const fail = (error: Error): void => {
      if (worker === started) void end(error);
    };
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The thread that plans has ended.')));
    return started;
  };
  worker = start();
  worker.unref();
  const ask = (question: PlannerQuestion): Promise<unknown> => {
    worker ??= start();
    worker.ref();
    const pending = Promise.withResolvers<unknown>();
    waiting.set(++count, pending);
    worker.postMessage({ id: count, question });
    return pending.promise;
  };
  return {
    apiSdl: async (sdl) => String(await ask({ kind: 'api', sdl })),
    plan: async (request) => (await ask({ kind: 'plan', ...request })) as QueryPlan,
    prepare: async (request) => void (await ask({ kind: 'prepare', ...request })),
    stop: () => end(new Error('Planning was stopped.')),
  };
};
