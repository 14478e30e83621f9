import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { laidOut } from './never-included.ts';

const none: ReadonlySet<string> = new Set();

/**
 * Response names that are different fields at one place of the answer, on objects of different types. A subgraph that knows only the
 * interface of those objects would be asked for one field by the name, of all of them.
 */
export const ambiguousNames = (
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<string> => {
  const whole = laidOut(definition, fragments);
  const found = new Set<string>();
  const visit = (sets: readonly SelectionSetNode[]): void => {
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, fields);
    for (const [name, nodes] of fields) {
      if (new Set(nodes.map(fieldText)).size > 1) found.add(name);
      visit(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  };
  visit([whole.selectionSet]);
  return found.size === 0 ? none : found;
};

const collect = ({ selections }: SelectionSetNode, fields: Map<string, FieldNode[]>): void => {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, fields);
    if (selection.kind !== Kind.FIELD) continue;
    const name = (selection.alias ?? selection.name).value;
    fields.set(name, [...(fields.get(name) ?? []), selection]);
  }
};

/** What a field asks for of its object: its name and arguments. */
export const fieldText = ({ name, arguments: args = [] }: FieldNode): string =>
  args.length === 0 ? name.value : `${name.value}(${args.map(argumentText).toSorted().join()})`;

/** In whatever order the fields of its objects are written, it is the same to everybody. */
const argumentText = (argument: ArgumentNode): string => print(visit(argument, { ObjectValue: { leave: inOrder } }));

const inOrder = (object: ObjectValueNode): ObjectValueNode => ({
  ...object,
  fields: object.fields.toSorted(({ name: one }, { name: other }) => (one.value < other.value ? -1 : 1)),
});
