import type { GraphQLError } from 'graphql';
import { plannedName } from '../plan/required-names.ts';
import type { Room } from './answer-size.ts';
import { irregular, startCompletion } from './completion.ts';
import type { PlannedOperation } from './planned-operation.ts';
import { compileProjection, type ProjectionSource } from './projection.ts';
import type { ResultObject } from './result-object.ts';
import { conditionVariables } from './selection.ts';
import { conditionReader, type Variables } from './variables.ts';

/** The client's answer, and what had to become null on the way because it didn't fit the schema. */
export interface Shaped {
  readonly data: ResultObject | null;
  readonly completionErrors: readonly GraphQLError[];
  readonly failures: readonly GraphQLError[];
  /** Characters of the data, at least. */
  readonly counted: number;
}

const none: readonly GraphQLError[] = [];

/** Throws a refusal where the answer would be larger than `limit` characters. */
export type Shape = (data: ResultObject, variables: Variables, limit?: number) => Shaped;

const maxProjections = 64;

/** Compiles how an operation's answer is shaped: one projection per combination of its `@skip` and `@include` variables. */
export const compileShape = ({ schema, root, definition, fragments, required = new Set() }: PlannedOperation): Shape => {
  const names = conditionVariables([definition, ...fragments.values()]);
  const holds = conditionReader(definition.variableDefinitions ?? []);
  const room: Room = { used: 0, limit: 0 };
  const projections = new Map<string, ReturnType<typeof compileProjection>>();
  const projectionFor = (variables: Variables) => {
    const key = names.map((name) => (holds(variables, name) ? '1' : '0')).join('');
    const known = projections.get(key);
    if (known) return known;
    const source: ProjectionSource = {
      room,
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
  return (data, variables, limit = Number.POSITIVE_INFINITY) => {
    const project = projectionFor(variables);
    room.limit = limit;
    room.used = 0;
    try {
      return { data: project(data, undefined), completionErrors: none, failures: none, counted: room.used };
    } catch (error) {
      if (error !== irregular) throw error;
    }
    room.used = 0;
    const completion = startCompletion();
    return { data: project(data, completion), completionErrors: completion.errors, failures: completion.failures, counted: room.used };
  };
};
