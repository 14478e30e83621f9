import { errorRegistry } from '@plexica/schema';
import { GraphQLError, type GraphQLOutputType, isListType, isNonNullType, type OperationDefinitionNode } from 'graphql';
import { setOwn } from '../execute/result-object.ts';
import { inclusion } from './inclusion.ts';
import type { Step, StrippedOperation } from './withheld-fields.ts';

type Answer = Record<string, unknown>;
type Path = readonly (string | number)[];

export interface Completed {
  readonly data: Answer | null;
  readonly errors: readonly GraphQLError[];
}

export interface Withholding {
  readonly operation: OperationDefinitionNode;
  readonly stripped: StrippedOperation;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
}

/** Puts a null and an error where each withheld field would stand; where null may not stand, the null goes up as GraphQL has it. */
export const withNulls = (data: Answer | null, { operation, stripped, variables, code }: Withholding): Completed => {
  const errors: GraphQLError[] = [];
  const includes = inclusion(operation, variables ?? {});
  const reported = new Set<string>();
  const report = (path: Path): void => {
    const at = path.join('.');
    if (!reported.has(at)) errors.push(new GraphQLError(errorRegistry[code].en, { path, extensions: { code } }));
    reported.add(at);
  };
  let root: Answer | null = data;
  for (const steps of stripped.withheld) {
    if (!steps.every(({ directives }) => includes(directives))) continue;
    const outcome = nullAt(root, { steps, marker: stripped.marker, report }, 0, []);
    root = outcome === propagate ? null : (outcome as Answer | null);
  }
  dropMarker(root, stripped.marker);
  return { data: root, errors };
};

const propagate = Symbol('null goes up');

interface Walk {
  readonly steps: readonly Step[];
  readonly marker: string;
  readonly report: (path: Path) => void;
}

const nullAt = (value: unknown, walk: Walk, depth: number, at: Path): unknown => {
  const step = walk.steps[depth];
  if (value === null || value === undefined || !step) return value ?? null;
  const object = value as Answer;
  if (step.onTypes && !step.onTypes.has(String(object[walk.marker]))) return object;
  const here = [...at, step.key];
  if (depth === walk.steps.length - 1) {
    // Asked for twice, or answered under another type of this object that asks for less.
    if (Object.hasOwn(object, step.key)) return object;
    walk.report(here);
    // As if its fragment were for other objects: this one still stands where it stands.
    if (!step.type) return object;
    if (isNonNullType(step.type)) return propagate;
    setOwn(object, step.key, null);
    return object;
  }
  if (!step.type || !Object.hasOwn(object, step.key)) return object;
  const child = nullIn(object[step.key], step.type, walk, depth + 1, here);
  if (child === propagate) return propagate;
  object[step.key] = child;
  return object;
};

const nullIn = (value: unknown, type: GraphQLOutputType, walk: Walk, depth: number, at: Path): unknown => {
  if (isNonNullType(type)) {
    const inner = nullIn(value, type.ofType, walk, depth, at);
    return inner === null && value !== null ? propagate : inner;
  }
  if (value === null || value === undefined) return value ?? null;
  if (isListType(type)) {
    const items = (value as unknown[]).map((item, index) => nullIn(item, type.ofType, walk, depth, [...at, index]));
    return items.includes(propagate) ? null : items;
  }
  const outcome = nullAt(value, walk, depth, at);
  return outcome === propagate ? null : outcome;
};

const dropMarker = (value: unknown, marker: string): void => {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) delete (value as Answer)[marker];
  for (const child of Object.values(value)) dropMarker(child, marker);
};
