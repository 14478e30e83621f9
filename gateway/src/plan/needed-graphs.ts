import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { graphsOf } from './slice.ts';

type TypeDefinition = DocumentNode['definitions'][number] & {
  readonly fields?: readonly FieldDefinitionNode[];
  readonly directives?: FieldDefinitionNode['directives'];
};

/** What says which subgraphs an operation needs: by type, then by field. A small part of the document it is read from. */
export type Outline = ReadonlyMap<string, { readonly isObject: boolean; readonly fields: ReadonlyMap<string, FieldOutline> }>;

interface FieldOutline {
  readonly type: string;
  /** Of an object: those that can answer it. Of an interface: those that have it. */
  readonly graphs: readonly string[];
}

export const outlineOf = ({ definitions }: DocumentNode): Outline =>
  new Map(
    definitions.flatMap((node) => {
      const { fields = [] } = node as TypeDefinition;
      if (fields.length === 0 || !('name' in node) || !node.name) return [];
      const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION;
      const ofType = graphsOf(node as TypeDefinition);
      const outlined = (field: FieldDefinitionNode): FieldOutline => ({
        type: namedOf(field.type),
        graphs: (isObject && ownGraphs(answering(field))) || ownGraphs(field) || ofType,
      });
      return [[node.name.value, { isObject, fields: new Map(fields.map((field) => [field.name.value, outlined(field)])) }]];
    }),
  );

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/**
 * The subgraphs that an operation needs, those it has at hand included. A field that several can answer needs one of them alone: most objects of
 * many subgraphs are keys, and what every answer has, such as its user errors. Fragments are laid out before.
 */
export const neededGraphs = (outline: Outline, operation: OperationDefinitionNode, atHand: Iterable<string> = []): ReadonlySet<string> => {
  const needed = new Set<string>(atHand);
  const choices: (readonly string[])[] = [];
  const add = (graphs: readonly string[]): void => {
    for (const graph of graphs) needed.add(graph);
  };
  const look = (parent: string, { selections }: SelectionSetNode): void => {
    const type = outline.get(parent);
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) look(node.typeCondition?.name.value ?? parent, node.selectionSet);
      if (node.kind !== Kind.FIELD) continue;
      const field = type?.fields.get(node.name.value);
      if (!field) continue;
      // Which objects an interface has is for all its subgraphs to say.
      if (type?.isObject) choices.push(field.graphs);
      else add(field.graphs);
      if (node.selectionSet) look(field.type, node.selectionSet);
    }
  };
  look(rootNames[operation.operation], operation.selectionSet);
  for (const graphs of choices) if (graphs.length === 1) add(graphs);
  for (const graphs of choices) if (!graphs.some((graph) => needed.has(graph))) add(graphs);
  return needed;
};

const ownGraphs = (field: FieldDefinitionNode): readonly string[] | undefined => {
  const own = graphsOf(field);
  return own.length > 0 ? own : undefined;
};

/** Without the joins of those that name a field which others answer for them. */
const answering = (field: FieldDefinitionNode): FieldDefinitionNode => ({
  ...field,
  directives: field.directives?.filter((each) => !isTrue(each, 'external') && !isTrue(each, 'usedOverridden')),
});

const isTrue = ({ arguments: given = [] }: ConstDirectiveNode, name: string): boolean =>
  given.some(({ name: { value: called }, value }) => called === name && value.kind === Kind.BOOLEAN && value.value);

const namedOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type));
