import { parentPort } from 'node:worker_threads';
import { createSetPlanner, type PlanRequest } from './set-planner.ts';

/** What is asked of the thread that plans. */
export type PlannerQuestion = { readonly kind: 'api'; readonly sdl: string } | ({ readonly kind: 'plan' } & PlanRequest);

// Building a planner blocks its thread for 30 to 750 ms, so planners have one of their own.
const planner = createSetPlanner();
parentPort?.on('message', async ({ id, question }: { id: number; question: PlannerQuestion }) => {
  try {
    const answer = question.kind === 'api' ? planner.apiSdl(question.sdl) : await planner.plan(question);
    parentPort?.postMessage({ id, answer });
  } catch (error) {
    const { message, extensions, name } = error as { message: string; extensions?: unknown; name?: string };
    parentPort?.postMessage({ id, error: { message: String(message), extensions: name === 'GraphQLError' ? extensions : undefined } });
  }
});
