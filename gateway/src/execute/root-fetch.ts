import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { ask, operationWriter } from './ask.ts';
import { roomForErrors, subgraphFailure, tellOnce } from './failure.ts';
import { type FetchPath, type ResponsePath, withoutLists } from './fetch-path.ts';
import { placesAt } from './path.ts';
import { isResultObject, mergeInto, type ResultObject } from './result-object.ts';
import { compilePathRewrite, compileRewrites } from './rewrite.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphError, SubgraphOperation } from './subgraph-connection.ts';
import { type Variables, variablePicker } from './variables.ts';

/** Fetches fields of a root type: one answer for every target. Never rejects: what fails becomes an error of the run. */
export const compileRootFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath) => {
  const write = compileRootOperation(node);
  const take = compileRootAnswer(schema, node, path);
  return async (run: Run, targets: readonly ResultObject[]): Promise<void> => {
    const answer = await ask(run, node.serviceName, path, write(run.variables));
    if (answer) take(run, targets, answer);
  };
};

/** What a fetch of root fields sends. */
export const compileRootOperation = (node: FetchNode): ((variables: Variables) => SubgraphOperation) => {
  const pick = variablePicker(node.variableUsages);
  const write = operationWriter(node.operation);
  return (variables) => write(pick(variables));
};

/** What becomes of the answer to a fetch of root fields, or of one event of a subscription. */
export const compileRootAnswer = (schema: GraphQLSchema, node: FetchNode, path: FetchPath = []) => {
  const rewriteOutput = compileRewrites(schema, node.outputRewrites);
  const rewritePath = compilePathRewrite(node.outputRewrites);
  return (run: Run, targets: readonly ResultObject[], { data, errors }: SubgraphAnswer): void => {
    if (errors) reportErrors(run, errors, { node, places: placesOf(run, path), rewritePath });
    if (!isResultObject(data)) return;
    rewriteOutput?.(data);
    if (targets.length > 1) run.sharesObjects = true;
    for (const target of targets) mergeInto(target, data);
  };
};

interface Asked {
  readonly node: FetchNode;
  readonly places: readonly ResponsePath[];
  readonly rewritePath: ReturnType<typeof compilePathRewrite>;
}

const reportErrors = (run: Run, errors: readonly SubgraphError[], { node, places, rewritePath }: Asked): void => {
  for (const error of errors) {
    const below = error.path && rewritePath(error.path);
    for (const place of below ? places : [[]]) {
      if (roomForErrors(run) === 0) return;
      tellOnce(run, subgraphFailure(error, node.serviceName, below && [...place, ...below]), node);
    }
  }
};

/** Of the root objects that are asked: below a field that leads back to them there may be several. */
const placesOf = (run: Run, path: FetchPath): readonly ResponsePath[] =>
  path.includes('@') ? [...placesAt(run.root, path).values()].flat() : [withoutLists(path)];
