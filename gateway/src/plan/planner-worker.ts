import { parentPort } from 'node:worker_threads';
import { createSetPlanner, type PlanRequest, type PrepareRequest } from './set-planner.ts';

/** What is asked of the thread that plans. */
export type PlannerQuestion =
  | { readonly kind: 'api'; readonly sdl: string }
  | ({ readonly kind: 'prepare' } & PrepareRequest)
  | ({ readonly kind: 'plan' } & PlanRequest);

// Building a planner blocks its thread for 30 to 750 ms, so planners have one of their own.
const planner = createSetPlanner();
const answerTo = (question: PlannerQuestion): unknown => {
  if (question.kind === 'api') return planner.apiSdl(question.sdl);
  return question.kind === 'plan' ? planner.plan(question) : planner.prepare(question);
};
parentPort?.on('message', async ({ id, question }: { id: number; question: PlannerQuestion }) => {
  try {
    parentPort?.postMessage({ id, answer: await answerTo(question) });
  } catch (error) {
    const { message, extensions, name } = error as { message: string; extensions?: unknown; name?: string };
    parentPort?.postMessage({ id, error: { message: String(message), extensions: name === 'GraphQLError' ? extensions : undefined } });
  }
});
// From now on each question has its time.
parentPort?.postMessage({ id: 0 });
