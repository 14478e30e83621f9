import { type ExecutionResult, GraphQLError } from 'graphql';
import type { CompiledPlan } from '../plan/compiled-plan.ts';
import { enforceAnswerSize } from './answer-size.ts';
import { setOwn } from './result-object.ts';
import { type Connections, type ExecutionRequest, type Run, startRun } from './run.ts';
import type { Shaped } from './shape.ts';

/**
 * Runs a planned query or mutation. Never rejects because a subgraph failed: its fields are null and the errors say why.
 * The plan may run any number of times at once; everything of one request lives in its run.
 */
export const execute = async (plan: CompiledPlan, request: ExecutionRequest, connections: Connections): Promise<ExecutionResult> => {
  const errors = plan.checkVariables(request.variables ?? {});
  if (errors) return { errors };
  const run = startRun(request, connections);
  await plan.step?.run(run, [run.root]);
  return finish(plan, run, request.maxAnswer);
};

const none: readonly GraphQLError[] = [];

/** Makes the answer of what a run has gathered. Throws a refusal where it would be too large. */
export const finish = (plan: CompiledPlan, run: Run, maxAnswer?: number): ExecutionResult => {
  const introspected = plan.introspection?.(run.variables);
  for (const [name, value] of Object.entries(introspected?.data ?? {})) setOwn(run.root, name, value);
  const shaped = plan.shape(run.root, run.variables, maxAnswer);
  const result = resultOf(plan, run, shaped, introspected?.errors);
  if (maxAnswer !== undefined) enforceAnswerSize(result, shaped.counted, maxAnswer);
  return result;
};

const resultOf = (
  plan: CompiledPlan,
  run: Run,
  { data, completionErrors, failures: unfit }: Shaped,
  introspection = none,
): ExecutionResult => {
  const errors = run.errors.length > 0 ? askedFor(plan, run) : none;
  const failures = introspection.length > 0 ? [...introspection, ...unfit] : unfit;
  // What failed here stands at the client's path already.
  if (errors.length + failures.length > 0) return { errors: [...errors.map((error) => atClientPath(plan, error)), ...failures], data };
  // As the stock executor has it: nobody reported an error, yet the answer isn't what a subgraph promised.
  return completionErrors.length > 0 ? { data, extensions: { valueCompletion: completionErrors } } : { data };
};

const askedFor = (plan: CompiledPlan, { errors, root, variables }: Run): readonly GraphQLError[] => {
  const isAsked = plan.isAsked(root, variables);
  return errors.filter(({ path }) => !path || isAsked(path));
};

const atClientPath = ({ clientPath }: CompiledPlan, error: GraphQLError): GraphQLError => {
  if (!clientPath || !error.path) return error;
  const { message, path, originalError, extensions } = error;
  return new GraphQLError(message, { path: clientPath(path), originalError, extensions });
};
