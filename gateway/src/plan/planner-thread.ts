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
  /** Of a question; 0, which is none's, tells that the thread is ready for them. */
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly message: string; readonly extensions?: Record<string, unknown> };
}

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './planner-worker.ts' : './planner-worker.js', import.meta.url);

/** What it keeps is a quarter of that. Without a limit of its own the thread lets garbage grow with the memory of the machine. */
const heapMb = 512;

/** How long one question may keep all others waiting. */
const longestMs = 10_000;

interface Asked {
  readonly question: PlannerQuestion;
  readonly pending: PromiseWithResolvers<unknown>;
}

interface ThreadSettings {
  readonly url?: URL;
  readonly patienceMs?: number;
}

/**
 * Questions are answered in their order. One that takes too long, or that the thread doesn't survive, is refused; those behind it are asked
 * again of a new thread.
 */
export const startPlannerThread = ({ url = workerUrl, patienceMs = longestMs }: ThreadSettings = {}): PlannerThread => {
  const waiting = new Map<number, Asked>();
  let worker: Worker | undefined;
  let patience: NodeJS.Timeout | undefined;
  let isReady = false;
  let count = 0;

  const watch = (): void => {
    clearTimeout(patience);
    if (isReady && waiting.size > 0) patience = setTimeout(() => giveUp(tooLong()), patienceMs);
  };
  /** What is under way is what was asked first. */
  const giveUp = (reason: Error): void => {
    void dismiss();
    const [first] = waiting;
    if (first) waiting.delete(first[0]);
    first?.[1].pending.reject(reason);
    if (waiting.size === 0) return;
    worker = start();
    for (const [id, { question }] of waiting) worker.postMessage({ id, question });
  };
  const dismiss = async (): Promise<void> => {
    clearTimeout(patience);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const start = (): Worker => {
    isReady = false;
    const started = new Worker(url, { execArgv: ['--no-warnings'], resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    started.on('message', ({ id, answer, error }: Answer) => {
      if (worker !== started) return;
      isReady = true;
      const asked = waiting.get(id)?.pending;
      waiting.delete(id);
      watch();
      if (waiting.size === 0) started.unref();
      if (!error) asked?.resolve(answer);
      else asked?.reject(error.extensions ? new GraphQLError(error.message, { extensions: error.extensions }) : new Error(error.message));
    });
    const fail = (error: Error): void => {
      if (worker === started) giveUp(error);
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
    waiting.set(++count, { question, pending });
    if (waiting.size === 1) watch();
    worker.postMessage({ id: count, question });
    return pending.promise;
  };
  return {
    apiSdl: async (sdl) => String(await ask({ kind: 'api', sdl })),
    plan: async (request) => (await ask({ kind: 'plan', ...request })) as QueryPlan,
    prepare: async (request) => void (await ask({ kind: 'prepare', ...request })),
    async stop() {
      for (const { pending } of waiting.values()) pending.reject(new Error('Planning was stopped.'));
      waiting.clear();
      await dismiss();
    },
  };
};

const tooLong = (): GraphQLError =>
  new GraphQLError('The operation takes too long to plan. Ask for less at once.', { extensions: { code: 'COST_EXCEEDED' } });
