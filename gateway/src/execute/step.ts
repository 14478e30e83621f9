import type { PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileFetch } from './fetch.ts';
import { type FetchPath, objectsAt } from './path.ts';
import type { ResultObject } from './result-object.ts';
import type { Run } from './run.ts';
import type { Variables } from './variables.ts';

/** A part of a plan, ready to run on the objects it adds to. */
export type Step = (run: Run, targets: readonly ResultObject[]) => Promise<void>;

export interface StepSource {
  /** The full schema: representations may be of types that the client doesn't see. */
  readonly schema: GraphQLSchema;
  readonly condition: (variables: Variables, name: string) => boolean;
}

/** Compiles a node of the plan, and what is below it, once per plan. `path` is where in the answer it works. */
export const compileStep = (source: StepSource, node: PlanNode, path: FetchPath = []): Step => {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(source.schema, node, path);
    case 'Sequence':
      return sequence(node.nodes.map((child) => compileStep(source, child, path)));
    case 'Parallel':
      return parallel(node.nodes.map((child) => compileStep(source, child, path)));
    case 'Flatten': {
      const below = node.path.map(String);
      return flatten(below, compileStep(source, node.node, [...path, ...below]));
    }
    case 'Condition': {
      const yes = node.ifClause && compileStep(source, node.ifClause, path);
      const no = node.elseClause && compileStep(source, node.elseClause, path);
      return async (run, targets) => (source.condition(run.variables, node.condition) ? yes : no)?.(run, targets);
    }
    case 'Defer':
      throw new Error('@defer is not supported');
  }
};

const sequence =
  (steps: readonly Step[]): Step =>
  async (run, targets) => {
    for (const step of steps) await step(run, targets);
  };

const parallel =
  (steps: readonly Step[]): Step =>
  async (run, targets) => {
    await Promise.all(steps.map((step) => step(run, targets)));
  };

const flatten =
  (path: FetchPath, step: Step): Step =>
  async (run, targets) => {
    const found = objectsAt(targets, path);
    if (found.length === 0) return;
    await step(run, run.sharesObjects ? [...new Set(found)] : found);
  };
