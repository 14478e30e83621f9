import { errorRegistry } from '@plexica/schema';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Principal } from '../principal/principal.ts';
import { type Requirements, refusalFor } from './requirements.ts';

/** An operation without the fields that its caller may not see. */
export interface PermittedOperation {
  readonly document: DocumentNode;
  /** Part of the plan's key: what was taken away. Empty when nothing was. */
  readonly removed: string;
  /** Puts nulls and errors where fields were taken away. */
  complete(data: Record<string, unknown> | null | undefined): { data: Record<string, unknown> | null; errors: readonly GraphQLError[] };
}

interface RemovedField {
  /** Response keys from the root, each with the type that the parent declares. */
  readonly path: readonly { readonly key: string; readonly type: GraphQLOutputType }[];
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
}

/** Enforces the directives before anything is planned: what may not be seen is never asked of a subgraph. */
export const authorize = (
  document: DocumentNode,
  schema: GraphQLSchema,
  requirements: Requirements,
  principal: Principal,
): PermittedOperation => {
  const inlined = inlineFragments(document);
  const removed: RemovedField[] = [];
  const types = new TypeInfo(schema);
  const path: RemovedField['path'][number][] = [];
  const permitted = visit(
    inlined,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          const type = types.getType();
          const parent = types.getParentType() as GraphQLObjectType | null;
          if (!type || !parent) return undefined;
          const step = { key: node.alias?.value ?? node.name.value, type };
          const code = refusalFor(requirements.get(`${parent.name}.${node.name.value}`) ?? [], principal);
          if (code) {
            removed.push({ path: [...path, step], code });
            return null;
          }
          path.push(step);
          return undefined;
        },
        leave: (node) => {
          if (types.getType() && types.getParentType()) path.pop();
          return node.selectionSet?.selections.length === 0
            ? { ...node, selectionSet: { ...node.selectionSet, selections: [typename] } }
            : undefined;
        },
      },
      InlineFragment: {
        leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
      },
    }),
  );
  if (!removed.length) return { document, removed: '', complete: (data) => ({ data: data ?? null, errors: [] }) };
  return {
    document: keepNonEmpty(permitted),
    removed: removed.map((field) => field.path.map(({ key }) => key).join('.')).join(','),
    complete: (data) => withNulls(data, removed, isWhole(permitted)),
  };
};

const typename: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
  alias: { kind: Kind.NAME, value: '__permitted' },
};

const isWhole = (document: DocumentNode): boolean =>
  document.definitions.some(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.selectionSet.selections.length === 0,
  );

const keepNonEmpty = (document: DocumentNode): DocumentNode =>
  visit(document, {
    OperationDefinition: (node) =>
      node.selectionSet.selections.length ? undefined : { ...node, selectionSet: { ...node.selectionSet, selections: [typename] } },
  });

// A path through a spread is only known where it is spread, so fragments are laid out first.
const inlineFragments = (document: DocumentNode): DocumentNode => {
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  if (!fragments.size) return document;
  const laidOut = visit(document, {
    FragmentDefinition: () => null,
    FragmentSpread: {
      enter(spread) {
        const fragment = fragments.get(spread.name.value);
        if (!fragment) return null;
        const { typeCondition, selectionSet, directives } = fragment;
        return {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          selectionSet,
          directives: [...(directives ?? []), ...(spread.directives ?? [])],
        };
      },
    },
  });
  return laidOut;
};

const propagate = Symbol('null goes up');

const withNulls = (
  data: Record<string, unknown> | null | undefined,
  removed: readonly RemovedField[],
  nothingLeft: boolean,
): { data: Record<string, unknown> | null; errors: GraphQLError[] } => {
  const errors: GraphQLError[] = [];
  let root: Record<string, unknown> | null = nothingLeft ? {} : (data ?? null);
  for (const { path, code } of removed) {
    const outcome = nullAt(root, path, 0, [], (at) =>
      errors.push(new GraphQLError(errorRegistry[code].en, { path: at, extensions: { code } })),
    );
    root = outcome === propagate ? null : (outcome as Record<string, unknown> | null);
  }
  for (const leftover of [root]) dropMarkers(leftover);
  return { data: root, errors };
};

type Path = readonly (string | number)[];

/** The value with a null where the path ends; `propagate` when that null may not stand there. */
const nullAt = (value: unknown, path: RemovedField['path'], depth: number, at: Path, report: (at: Path) => void): unknown => {
  const step = path[depth];
  if (value === null || value === undefined || !step) return value ?? null;
  if (Array.isArray(value)) throw new Error('lists are walked with their type');
  const here = [...at, step.key];
  const object = value as Record<string, unknown>;
  if (depth === path.length - 1) {
    report(here);
    if (isNonNullType(step.type)) return propagate;
    object[step.key] = null;
    return object;
  }
  if (!(step.key in object)) return object;
  const child = nullIn(object[step.key], step.type, path, depth + 1, here, report);
  if (child === propagate) return propagate;
  object[step.key] = child;
  return object;
};

const nullIn = (
  value: unknown,
  type: GraphQLOutputType,
  path: RemovedField['path'],
  depth: number,
  at: Path,
  report: (at: Path) => void,
): unknown => {
  if (isNonNullType(type)) {
    const inner = nullIn(value, type.ofType, path, depth, at, report);
    return inner === null && value !== null ? propagate : inner;
  }
  if (value === null || value === undefined) return value ?? null;
  if (isListType(type)) {
    const items = (value as unknown[]).map((item, index) => nullIn(item, type.ofType, path, depth, [...at, index], report));
    return items.includes(propagate) ? null : items;
  }
  const outcome = nullAt(value, path, depth, at, report);
  return outcome === propagate ? null : outcome;
};

// The placeholder keeps a selection from being empty; nobody asked for it.
const dropMarkers = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) delete (value as Record<string, unknown>).__permitted;
  for (const child of Object.values(value)) dropMarkers(child);
};
