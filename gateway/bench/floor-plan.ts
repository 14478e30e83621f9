import { compose } from '../src/execute/test/composed.ts';
import { benchmarkSubgraphs } from './subgraphs.ts';

export interface FloorPlan {
  readonly waves: readonly (readonly { readonly path: string; readonly body: string }[])[];
  readonly data: unknown;
}

const answerMs = 40;

/** The calls that a query leads to, in waves, and its answer: what a gateway without any work of its own would do. */
export const floorPlan = async (query: string): Promise<FloorPlan> => {
  const composed = compose(benchmarkSubgraphs);
  const waves: { path: string; body: string }[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const name of Object.keys(benchmarkSubgraphs)) {
    const { request } = composed.connections(name);
    composed.replace(name, {
      async request(operation, caller) {
        const now = performance.now();
        // What is asked before anything was answered is one wave.
        if (now - last > answerMs / 2) waves.push([]);
        last = now;
        waves.at(-1)?.push({ path: `/${name}`, body: operation.body?.() ?? JSON.stringify(operation) });
        const answer = await request(operation, caller);
        await new Promise((resolve) => setTimeout(resolve, answerMs));
        return answer;
      },
    });
  }
  const data = await composed.ours(query);
  return { waves, data };
};
