import type { GraphQLError } from 'graphql';
import { plannedName } from '../plan/required-names.ts';
import { irregular, startCompletion } from './completion.ts';
import type { PlannedOperation } from './planned-operation.ts';
import { compileProjection } from './projection.ts';
import type { ResultObject } from './result-object.ts';
import { conditionVariables, type SelectionSource } from './selection.ts';
import { conditionReader, type Variables } from './variables.ts';

/** The client's answer, and what had to become null on the way because it didn't fit the schema. */
export interface Shaped {
  readonly data: ResultObject | null;
  readonly completionErrors: readonly GraphQLError[];
  readonly failures: readonly GraphQLError[];
}

const none: readonly GraphQLError[] = [];

export type Shape = (data: ResultObject, variables: Variables) => Shaped;

const maxProjections = 64;

/** Compiles how an operation's answer is shaped: one projection per combination of its `@skip` and `@include` variables. */
export const compileShape = ({ schema, root, definition, fragments, required = new Set() }: PlannedOperation): Shape => {
  const names = conditionVariables([definition, ...fragments.values()]);
  const holds = conditionReader(definition.variableDefinitions ?? []);
  const projections = new Map<string, ReturnType<typeof compileProjection>>();
  const projectionFor = (variables: Variables) => {
    const key = names.map((name) => (holds(variables, name) ? '1' : '0')).join('');
    const known = projections.get(key);
    if (known) return known;
    const source: SelectionSource = {
      schema,
      fragments,
      condition: (name) => key[names.indexOf(name)] === '1',
      plannedName: (field) => plannedName(field, required),
    };
    const projection = compileProjection(source, root, definition.selectionSet);
    // A client could ask for 2^n of them.
    if (projections.size >= maxProjections) projections.clear();
    projections.set(key, projection);
    return projection;
  };
  return (data, variables) => {
    const project = projectionFor(variables);
    try {
      return { data: project(data, undefined), completionErrors: none, failures: none };
    } catch (error) {
      if (error !== irregular) throw error;
    }
    const completion = startCompletion();
    return { data: project(data, completion), completionErrors: completion.errors, failures: completion.failures };
  };
};
