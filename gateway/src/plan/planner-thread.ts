import type { QueryPlan } from '@apollo/query-planner';
import { createQuestionThread } from '@plexica/foundation';
import { GraphQLError } from 'graphql';
import type { PlannerQuestion } from './planner-worker.ts';
import { createPlanningTurns } from './planning-turns.ts';
import type { PlanRequest, PrepareRequest } from './set-planner.ts';

/** The planners of all plugin sets, in a thread of their own. It starts at once, before the first request waits for it. */
export interface PlannerThread {
  /** What clients of a composed supergraph see. Rejects where it has features that nobody here enforces. */
  apiSdl(sdl: string): Promise<string>;
  /** Rejects with COST_EXCEEDED what takes ten seconds, or more memory than there is for it. Callers take turns. */
  plan(request: PlanRequest, caller?: string): Promise<QueryPlan>;
  /** Makes ready for operations over the core and one subgraph more. */
  prepare(request: PrepareRequest): Promise<void>;
  stop(): Promise<void>;
}

// In source Node strips the types itself; in a bundle the worker is an entry beside this one.
const url = new URL(import.meta.url.endsWith('.ts') ? './planner-worker.ts' : './planner-worker.js', import.meta.url);
const patienceMs = 10_000;
/** With all that it keeps and its garbage it has 250 in use. */
const heapMb = 448;

export const startPlannerThread = (): PlannerThread => {
  const thread = createQuestionThread<PlannerQuestion>({
    ...{ url, patienceMs, heapMb },
    givenUp: (why, cause) => (why === 'ended' ? new Error('The thread that plans has ended.', { cause }) : tooMuch(why)),
    errorOf: ({ message, extensions }) => (extensions ? new GraphQLError(message, { extensions }) : new Error(message)),
  });
  const inTurn = createPlanningTurns();
  thread.begin();
  return {
    apiSdl: async (sdl) => String(await thread.ask({ kind: 'api', sdl })),
    plan: async (request, caller = '') => (await inTurn(caller, () => thread.ask({ kind: 'plan', ...request }))) as QueryPlan,
    prepare: async (request) => void (await thread.ask({ kind: 'prepare', ...request })),
    stop: thread.stop,
  };
};

const tooMuch = (why: 'too long' | 'too large'): GraphQLError => {
  const what = why === 'too long' ? 'takes too long' : 'takes too much memory';
  return new GraphQLError(`The operation ${what} to plan. Ask for less at once.`, { extensions: { code: 'COST_EXCEEDED' } });
};
