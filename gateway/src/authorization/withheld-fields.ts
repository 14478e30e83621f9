import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Fragments } from '../document/fragments.ts';
import { fieldOf, narrowed } from './guarded-fields.ts';

/** One step down an answer, taken only by objects of these types and where the directives include it. */
export interface Step {
  readonly key: string;
  /** Undefined of `__typename`: no null can stand for it. */
  readonly type: GraphQLOutputType | undefined;
  /** Undefined: every object that may stand here. */
  readonly onTypes: ReadonlySet<string> | undefined;
  readonly directives: readonly DirectiveNode[];
}

/** An operation without what was withheld, and where in its answer that is missing. */
export interface StrippedOperation {
  readonly document: DocumentNode;
  /** Whether any root field is left to be asked for. */
  readonly asksAnything: boolean;
  /** From the root to each withheld field. */
  readonly withheld: readonly (readonly Step[])[];
  /** Response key of a `__typename` that nobody asked for. */
  readonly marker: string;
}

interface Place {
  /** What the field around promises; fragments narrow it to `parent`. */
  readonly declared: GraphQLCompositeType;
  readonly parent: GraphQLCompositeType;
  readonly steps: readonly Step[];
  readonly onTypes: ReadonlySet<string> | undefined;
  readonly directives: readonly DirectiveNode[];
  /** Within a fragment on a type that was withheld: nothing there may be seen. */
  readonly hidden: boolean;
}

/** Takes the fields and fragments at these coordinates out of an operation. Fragments are laid out: where they are spread is where a field is missing. */
export const stripOperation = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  coordinates: ReadonlySet<string>,
): StrippedOperation => {
  const withheld: (readonly Step[])[] = [];
  const marker = freeKey([operation, ...fragments.values()]);
  const typename: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: marker },
    name: { kind: Kind.NAME, value: '__typename' },
  };

  const strip = ({ selections }: SelectionSetNode, place: Place): SelectionNode[] =>
    selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) return stripField(node, place);
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (!fragment) return [];
      const parent = narrowed(schema, place.parent, fragment.typeCondition?.name.value);
      const own = [...(node.directives ?? [])];
      const inner = strip(fragment.selectionSet, {
        ...place,
        parent,
        onTypes: parent === place.parent ? place.onTypes : both(place.onTypes, typesOf(schema, parent)),
        directives: [...place.directives, ...own],
        hidden: place.hidden || coordinates.has(fragment.typeCondition?.name.value ?? ''),
      });
      if (!inner.length) return [];
      const { typeCondition } = fragment;
      return [
        { kind: Kind.INLINE_FRAGMENT, typeCondition, directives: own, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } },
      ];
    });

  const stripField = (node: FieldNode, { declared, parent, steps, onTypes, directives, hidden }: Place): SelectionNode[] => {
    const type = fieldOf(parent, node.name.value)?.type;
    if (!type && !hidden) return [node];
    // An object type needs no look at its objects: the fragment fits all of them or none.
    const always = !isAbstractType(declared) && onTypes?.has(declared.name);
    const step = {
      key: node.alias?.value ?? node.name.value,
      type,
      onTypes: always ? undefined : onTypes,
      directives: [...directives, ...(node.directives ?? [])],
    };
    const path = [...steps, step];
    if (hidden || coordinates.has(`${parent.name}.${node.name.value}`)) {
      withheld.push(path);
      return [];
    }
    const child = getNamedType(type);
    if (!node.selectionSet || !isCompositeType(child)) return [node];
    const before = withheld.length;
    const inner = strip(node.selectionSet, startOf(child, path));
    // An object's type is needed to tell whether the field is missing in it, and something must be asked of it.
    const marked = withheld.length > before && (isAbstractType(child) || !inner.length) ? [...inner, typename] : inner;
    return [{ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: marked } }];
  };

  const root = schema.getRootType(operation.operation);
  const selections = root ? strip(operation.selectionSet, startOf(root, [])) : [];
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: [{ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: selections.length ? selections : [typename] } }],
    },
    asksAnything: selections.length > 0,
    withheld,
    marker,
  };
};

const startOf = (type: GraphQLCompositeType, steps: readonly Step[]): Place => ({
  declared: type,
  parent: type,
  steps,
  onTypes: undefined,
  directives: [],
  hidden: false,
});

const typesOf = (schema: GraphQLSchema, type: GraphQLCompositeType): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

const both = (outer: ReadonlySet<string> | undefined, inner: ReadonlySet<string>): ReadonlySet<string> =>
  outer ? new Set([...outer].filter((type) => inner.has(type))) : inner;

// An alias may be any name, also one that begins with underscores.
const freeKey = (definitions: readonly Parameters<typeof visit>[0][]): string => {
  const taken = new Set<string>();
  for (const definition of definitions) visit(definition, { Field: (node) => void taken.add(node.alias?.value ?? node.name.value) });
  let key = '__type_of_object';
  while (taken.has(key)) key += '_';
  return key;
};
