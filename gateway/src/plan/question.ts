import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { responseName } from '../execute/selection.ts';
import { fieldsOf, type Types, type Wanted } from './wanted-fields.ts';

/** What a fetch asks of entities by their interface. */
export interface Question {
  /** The interface. */
  readonly type: string;
  readonly definition: OperationDefinitionNode;
  /** The field `_entities`. */
  readonly entities: FieldNode;
}

/** Undefined where it asks entities of some type as such. */
export const readQuestion = (operation: string, { isInterface }: Pick<Types, 'isInterface'>): Question | undefined => {
  const [definition, another] = parse(operation, { noLocation: true }).definitions;
  if (another || definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const [entities] = definition.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD) return undefined;
  const conditions = (entities.selectionSet?.selections ?? []).map((node) =>
    node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? '') : '',
  );
  const [type = ''] = conditions;
  return conditions.every((condition) => condition === type && isInterface(condition)) ? { type, definition, entities } : undefined;
};

export interface Asked {
  /** Of objects of one type. */
  readonly wanted: Wanted;
  readonly ofAny: Wanted;
  /** What the plan itself needs. */
  readonly needed: ReadonlySet<string>;
}

/** A question less the fields that are wanted of other types alone. */
export const prunedQuestion = (question: Question, asked: Asked): Question => withSelections(question, (all) => prunedAll(all, asked));

/** A question for each group of the fields that it asks of entities; itself where they are all of one. */
export const questionsByGroup = (question: Question, groupOf: (field: FieldNode) => string): readonly Question[] => {
  const groups = new Set(askedFields(question).map(groupOf));
  if (groups.size < 2) return [question];
  return [...groups].map((group) => withSelections(question, (all) => fieldsOnly(all, (field) => groupOf(field) === group)));
};

const withSelections = (
  { type, definition, entities }: Question,
  choose: (all: SelectionSetNode) => readonly SelectionNode[],
): Question => {
  const { selectionSet } = entities;
  const left = { ...entities, ...(selectionSet && { selectionSet: { ...selectionSet, selections: choose(selectionSet) } }) };
  const used = new Set<string>();
  visit(left, { Variable: ({ name }) => void used.add(name.value) });
  const pruned: OperationDefinitionNode = {
    ...definition,
    selectionSet: { ...definition.selectionSet, selections: [left] },
    variableDefinitions: definition.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)),
  };
  return { type, definition: pruned, entities: left };
};

/** As it is sent. */
export const questionText = ({ definition }: Question): string => stripIgnoredCharacters(print(definition));

/** The fields that it asks of each entity itself. */
export const askedFields = ({ entities }: Question): readonly FieldNode[] => {
  const fieldsIn = (node: SelectionNode): readonly FieldNode[] => {
    if (node.kind === Kind.FIELD) return [node];
    return node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet.selections.flatMap(fieldsIn) : [];
  };
  return (entities.selectionSet?.selections ?? []).flatMap(fieldsIn);
};

const fieldsOnly = ({ selections }: SelectionSetNode, isChosen: (field: FieldNode) => boolean): readonly SelectionNode[] =>
  selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return selection.kind === Kind.FIELD && !isChosen(selection) ? [] : [selection];
    const left = fieldsOnly(selection.selectionSet, isChosen);
    return left.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: left } }] : [];
  });

const prunedAll = ({ selections }: SelectionSetNode, asked: Asked): readonly SelectionNode[] =>
  selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const left = prunedAll(selection.selectionSet, asked);
      return left.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: left } }] : [];
    }
    if (selection.kind !== Kind.FIELD) return [selection];
    const name = responseName(selection);
    const [wanted, ofAny] = [asked.wanted.get(name), asked.ofAny.get(name)];
    if (!ofAny || asked.needed.has(name)) return [selection];
    return wanted ? [prunedField(selection, { ...asked, wanted: fieldsOf(wanted), ofAny: fieldsOf(ofAny) })] : [];
  });

const prunedField = (field: FieldNode, asked: Asked): FieldNode => {
  if (!field.selectionSet) return field;
  const left = prunedAll(field.selectionSet, asked);
  // Something must be asked of an object; its name alone would be the interface's, where another subgraph may have told a better one.
  return left.length > 0 ? { ...field, selectionSet: { ...field.selectionSet, selections: left } } : field;
};
