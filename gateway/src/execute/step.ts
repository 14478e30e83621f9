import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileEntityFetch } from './entity-fetch.ts';
import { join, stayAway } from './entity-group.ts';
import { createEntityRequest } from './entity-request.ts';
import { type FetchPath, isTypeTest, readPath } from './fetch-path.ts';
import { groupFetches, type Membership, type Placement } from './grouping.ts';
import { compilePath, eachListOnce } from './path.ts';
import type { ResultObject } from './result-object.ts';
import { compileRootFetch } from './root-fetch.ts';
import type { Run } from './run.ts';
import { compileStubs } from './stub-objects.ts';
import { stubPaths, withoutListMarks } from './stub-paths.ts';

/** A part of a plan, ready to run on the objects it adds to. In every run it is either run or skipped, once. */
export interface Step {
  run(run: Run, targets: readonly ResultObject[]): Promise<void>;
  skip(run: Run): void;
}

export interface StepSource {
  /** The full schema: representations may be of types that the client doesn't see. */
  readonly schema: GraphQLSchema;
}

/** Where in the plan a node stands: below which path, after how many fetches, and whether anything waits for it. */
interface Position {
  readonly path: FetchPath;
  readonly level: number;
  readonly awaited: boolean;
}

interface Compiled {
  readonly step: Step;
  /** The level of what comes after it. */
  readonly next: number;
}

interface Context extends StepSource {
  readonly placements: Placement[];
  readonly membershipOf: (placement: Placement) => Membership;
  readonly stubKeys: ReadonlyMap<string, string>;
}

/** Compiles a plan, or the part of it that comes after an event, once; its steps hold nothing of any run. */
export const compileSteps = (source: StepSource, node: PlanNode, plan: PlanNode | SubscriptionNode = node): Step => {
  const placements: Placement[] = [];
  let memberships: ReadonlyMap<Placement, Membership> = new Map();
  const membershipOf = (placement: Placement): Membership => {
    const membership = memberships.get(placement);
    if (!membership) throw new Error('A fetch was placed after the groups were made');
    return membership;
  };
  const { step } = compile({ ...source, placements, membershipOf, stubKeys: stubPaths(plan) }, node, {
    path: [],
    level: 0,
    awaited: false,
  });
  const sharing = !placements.some(({ fetch }) => fetch.path.some(isTypeTest));
  memberships = groupFetches(placements, createEntityRequest(source.schema, { sharing }));
  return step;
};

const compile = (context: Context, node: PlanNode, position: Position): Compiled => {
  switch (node.kind) {
    case 'Fetch':
      return { step: node.requires ? entityStep(context, node, position) : rootStep(context, node, position), next: position.level + 1 };
    case 'Sequence':
      return sequence(context, node.nodes, position);
    case 'Parallel':
      return parallel(node.nodes.map((child) => compile(context, child, position)));
    case 'Flatten': {
      const path = readPath(context.schema, node.path.map(String));
      const below = compile(context, node.node, { ...position, path: [...position.path, ...path] });
      const key = position.path.length === 0 ? context.stubKeys.get(withoutListMarks(path)) : undefined;
      const stubs = key === undefined ? undefined : compileStubs(path, key);
      return { ...below, step: flatten(stubs ?? compileObjects(path), below.step) };
    }
    case 'Condition':
      throw new Error('Conditions are decided before an operation is planned');
    case 'Defer':
      throw new Error('@defer is not supported');
  }
};

const rootStep = ({ schema }: Context, node: FetchNode, { path }: Position): Step => ({
  run: compileRootFetch(schema, node, path),
  skip: () => undefined,
});

const entityStep = ({ schema, placements, membershipOf }: Context, node: FetchNode, { path, level, awaited }: Position): Step => {
  const fetch = compileEntityFetch(schema, node, path);
  const placement: Placement = { fetch, level, awaited };
  placements.push(placement);
  return {
    run: async (run, targets) => {
      const { group, leads } = membershipOf(placement);
      await join(run, group, fetch, targets, leads);
    },
    skip: (run) => {
      const { group, leads } = membershipOf(placement);
      stayAway(run, group, leads);
    },
  };
};

const sequence = (context: Context, nodes: readonly PlanNode[], position: Position): Compiled => {
  const steps: Step[] = [];
  let { level } = position;
  for (const [at, node] of nodes.entries()) {
    const isLast = at === nodes.length - 1;
    const compiled = compile(context, node, { ...position, level, awaited: position.awaited || !isLast });
    steps.push(compiled.step);
    level = compiled.next;
  }
  const run: Step['run'] = async (run, targets) => {
    for (const step of steps) await step.run(run, targets);
  };
  return { step: { run, skip: skipAll(steps) }, next: level };
};

const parallel = (children: readonly Compiled[]): Compiled => {
  const steps = children.map(({ step }) => step);
  const run: Step['run'] = async (run, targets) => {
    await Promise.all(steps.map((step) => step.run(run, targets)));
  };
  return { step: { run, skip: skipAll(steps) }, next: Math.max(...children.map(({ next }) => next)) };
};

/** Finds the objects that a step below works on, each once. */
type Find = (run: Run, targets: readonly ResultObject[]) => readonly ResultObject[];

const flatten = (find: Find, step: Step): Step => ({
  run: async (run, targets) => {
    const found = find(run, targets);
    if (found.length > 0) await step.run(run, found);
    else step.skip(run);
  },
  skip: step.skip,
});

const compileObjects = (path: FetchPath): Find => {
  const objectsAt = compilePath(path);
  return (run, targets) => {
    if (!run.sharesObjects) return objectsAt(targets);
    return [...new Set(objectsAt(targets, eachListOnce()))];
  };
};

const skipAll =
  (steps: readonly Step[]): Step['skip'] =>
  (run) => {
    for (const step of steps) step.skip(run);
  };
