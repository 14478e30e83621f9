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
import type { InterfaceObject } from './interface-objects.ts';
import { fieldsOf, type Sets, setsOf, type Types } from './wanted-fields.ts';

/** What a fetch asks of entities. */
export interface Question {
  /** The interface by which all of them are asked. */
  readonly type: string | undefined;
  readonly definition: OperationDefinitionNode;
  /** The field `_entities`. */
  readonly entities: FieldNode;
}

/** Undefined where it can't be read as one. */
export const readQuestion = (operation: string, { isInterface }: Pick<Types, 'isInterface'>): Question | undefined => {
  const [definition, another] = parse(operation, { noLocation: true }).definitions;
  if (another || definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const [entities] = definition.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD) return undefined;
  const conditions = (entities.selectionSet?.selections ?? []).map((node) =>
    node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? '') : '',
  );
  const [first = ''] = conditions;
  const type = conditions.every((condition) => condition === first && isInterface(condition)) ? first : undefined;
  return { type, definition, entities };
};

export interface Asked {
  /** What is wanted of some objects. */
  readonly wanted: Sets;
  /** Of what types they may be; absent where it doesn't matter. */
  readonly of?: readonly string[];
  /** Whether nobody has told which of them: only what is wanted of all can be asked. */
  readonly isUntold?: boolean;
  /** What is wanted of other objects too. */
  readonly ofAny: Sets;
  /** What the plan itself needs. */
  readonly needed: ReadonlySet<string>;
  readonly types: Types;
  /** Those of the subgraph that is asked. */
  readonly interfaceObjects: ReadonlyMap<string, InterfaceObject> | undefined;
}

/** A question less the fields that are wanted of other objects alone. */
export const prunedQuestion = (question: Question, asked: Asked): Question =>
  withSelections(question, (all) => prunedAll(all, { ...asked, parent: '' }));

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

interface Place extends Asked {
  /** The type as which the subgraph is asked for the objects. */
  readonly parent: string;
}

const prunedAll = ({ selections }: SelectionSetNode, place: Place): readonly SelectionNode[] => {
  const { of, isUntold, types, needed } = place;
  const applies = (condition: string): boolean => {
    const isOfIt = (type: string) => types.isOfType(type, condition);
    return !of || (isUntold ? of.every(isOfIt) : of.some(isOfIt));
  };
  const wanted = fieldsOf(place.wanted, applies);
  const ofAny = fieldsOf(place.ofAny);
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const left = prunedAll(selection.selectionSet, limitedTo(selection.typeCondition?.name.value, place));
      return left.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: left } }] : [];
    }
    if (selection.kind !== Kind.FIELD) return [selection];
    const name = responseName(selection);
    const [here, anywhere] = [wanted.get(name), ofAny.get(name)];
    if (!anywhere || needed.has(name)) return [selection];
    return here ? prunedField(selection, { ...place, wanted: setsOf(here), ofAny: setsOf(anywhere) }) : [];
  });
};

const limitedTo = (condition: string | undefined, place: Place): Place => {
  const { of, types } = place;
  if (condition === undefined) return place;
  return { ...place, parent: condition, of: of ? of.filter((type) => types.isOfType(type, condition)) : types.possibleTypes(condition) };
};

const prunedField = (field: FieldNode, { parent, ...asked }: Place): readonly FieldNode[] => {
  if (!field.selectionSet) return [field];
  const type = asked.types.fieldType(parent, field.name.value) ?? '';
  const isUntold = asked.interfaceObjects?.has(type) ?? false;
  const left = prunedAll(field.selectionSet, { ...asked, parent: type, of: asked.types.possibleTypes(type), isUntold });
  // Where nothing below it is wanted, another fetch tells of the objects themselves.
  return left.length > 0 ? [{ ...field, selectionSet: { ...field.selectionSet, selections: left } }] : [];
};
