import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';
import { responseName } from '../execute/selection.ts';

/** What is asked of the objects at one place of a subgraph's answer. */
export interface AskedObject {
  /** Whether an object of this type can stand there. */
  mayBe(typename: unknown): boolean;
  /** Where such an object was asked to name its type. */
  readonly typenames: readonly string[];
  /** By response key; of every type that it may be where its own isn't known. */
  fields(typename?: string): AskedFields;
}

export type AskedFields = ReadonlyMap<string, AskedField>;

/** A scalar, the name of the object's type, or objects. `represented` names the variable that says which entities those are. */
export type AskedField = 'scalar' | 'typename' | (AskedObject & { readonly represented?: string });

/** Some fields of one type; a type that the schema doesn't know is any. */
interface Part {
  readonly type: GraphQLNamedType | undefined;
  readonly selectionSet: SelectionSetNode;
}

/** Reads what an operation asks of a subgraph, whose types are those of the plugin set. */
export const readAsked = (document: DocumentNode, schema: GraphQLSchema | undefined): AskedObject => {
  const fragments = fragmentsOf(document);
  const parts: Part[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION)
      parts.push({ type: schema?.getRootType(node.operation) ?? undefined, selectionSet: node.selectionSet });
  }
  return askedObject(parts, { schema, fragments });
};

/** Whether an object of this type may stand where this type is declared. An interface is its own, for a subgraph may know of no other. */
export const isPossible = (schema: GraphQLSchema, declared: GraphQLNamedType, typename: unknown): boolean => {
  if (typename === declared.name) return isObjectType(declared) || isInterfaceType(declared);
  const type = typeof typename === 'string' && isAbstractType(declared) ? schema.getType(typename) : undefined;
  return isAbstractType(declared) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(declared, type);
};

interface Source {
  readonly schema: GraphQLSchema | undefined;
  readonly fragments: Fragments;
}

const askedObject = (parts: readonly Part[], source: Source): AskedObject => {
  const { schema } = source;
  const all = askedFields(parts, undefined, source);
  const byType = new Map<string, AskedFields>();
  return {
    mayBe: (typename) => !schema || parts.some(({ type }) => !type || isPossible(schema, type, typename)),
    typenames: [...all].filter(([, what]) => what === 'typename').map(([key]) => key),
    fields(typename) {
      const known = typename === undefined ? all : byType.get(typename);
      if (known || typename === undefined || !schema?.getType(typename)) return known ?? all;
      const fields = askedFields(parts, typename, source);
      byType.set(typename, fields);
      return fields;
    },
  };
};

const askedFields = (parts: readonly Part[], typename: string | undefined, source: Source): AskedFields => {
  const { schema, fragments } = source;
  const nodes = new Map<string, { readonly type: GraphQLNamedType | undefined; readonly node: FieldNode }[]>();
  const collect = ({ type, selectionSet }: Part): void => {
    for (const node of selectionSet.selections) {
      if (node.kind === Kind.FIELD) {
        const key = responseName(node);
        const known = nodes.get(key);
        if (known) known.push({ type, node });
        else nodes.set(key, [{ type, node }]);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      const conditioned = condition === undefined ? type : schema?.getType(condition);
      const applies =
        typename === undefined || !schema || !conditioned || condition === undefined || isPossible(schema, conditioned, typename);
      if (applies) collect({ type: conditioned, selectionSet: fragment.selectionSet });
    }
  };
  for (const part of parts) collect(part);
  return new Map([...nodes].map(([key, found]) => [key, askedField(found, source)]));
};

const askedField = (
  nodes: readonly { readonly type: GraphQLNamedType | undefined; readonly node: FieldNode }[],
  source: Source,
): AskedField => {
  const parts: Part[] = [];
  let represented: string | undefined;
  for (const { type, node } of nodes) {
    if (node.name.value === '__typename') return 'typename';
    if (!node.selectionSet) continue;
    const declared = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    parts.push({ type: declared && getNamedType(declared.type), selectionSet: node.selectionSet });
    if (node.name.value === '_entities') represented = variableOf(node.arguments?.[0]?.value);
  }
  if (parts.length === 0) return 'scalar';
  return { ...askedObject(parts, source), represented };
};

const variableOf = (value: ASTNode | undefined): string | undefined => (value?.kind === Kind.VARIABLE ? value.name.value : undefined);
