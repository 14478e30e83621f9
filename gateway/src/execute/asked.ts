import { type GraphQLObjectType, getNamedType, isObjectType, type SelectionSetNode } from 'graphql';
import { plannedName } from '../plan/required-names.ts';
import type { ResponsePath } from './fetch-path.ts';
import type { PlannedOperation } from './planned-operation.ts';
import { isResultObject, ownValue, type ResultObject } from './result-object.ts';
import { collectFields, type SelectionSource } from './selection.ts';
import { conditionReader, type Variables } from './variables.ts';

/** Tells of what failed whether it was asked for, by the client or by the plan, or is missed for another reason; true where that can't be told. */
export type IsAsked = (path: ResponsePath) => boolean;

/** What is selected at one place of the answer, and below it by the type that an object there turned out to have. */
interface Place {
  readonly type: unknown;
  readonly sets: readonly SelectionSetNode[];
  readonly below: Map<string, ReadonlyMap<string, Place>>;
}

/**
 * A subgraph that knows only an interface is asked of all its objects what the client asked of those of one type. What fails of the
 * others is nobody's business. Made for one answer: each place is looked at once, however many failures a subgraph tells of.
 */
export const compileIsAsked = (
  { schema, root: rootType, definition, fragments, required = new Set() }: PlannedOperation,
  neededByPlan: ReadonlySet<string>,
): ((root: ResultObject, variables: Variables) => IsAsked) => {
  const holds = conditionReader(definition.variableDefinitions ?? []);
  return (root, variables) => {
    const source: SelectionSource = {
      schema,
      fragments,
      condition: (name) => holds(variables, name),
      plannedName: (field) => plannedName(field, required),
    };
    const placesBelow = ({ sets, below }: Place, runtime: GraphQLObjectType): ReadonlyMap<string, Place> => {
      const known = below.get(runtime.name);
      if (known) return known;
      const places = new Map<string, Place>();
      for (const nodes of collectFields(source, sets, runtime.name).values()) {
        const [node] = nodes;
        const field = node && runtime.getFields()[node.name.value];
        if (!node) continue;
        const selected = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
        places.set(source.plannedName(node), { type: field && getNamedType(field.type), sets: selected, below: new Map() });
      }
      below.set(runtime.name, places);
      return places;
    };
    const top: Place = { type: rootType, sets: [definition.selectionSet], below: new Map() };

    return (path) => {
      let value: unknown = root;
      let place = top;
      for (const part of path) {
        if (typeof part === 'number') {
          value = Array.isArray(value) ? value[part] : undefined;
          continue;
        }
        const said = isResultObject(value) && typeof value.__typename === 'string' ? schema.getType(value.__typename) : undefined;
        const runtime = isObjectType(said) ? said : place.type;
        if (!isObjectType(runtime)) return true;
        const next = placesBelow(place, runtime).get(part);
        // Where the failure took more along than itself, it tells why that is missing.
        if (!next) return neededByPlan.has(part) || !isResultObject(value) || ownValue(value, part) === undefined;
        place = next;
        value = isResultObject(value) ? ownValue(value, part) : undefined;
      }
      return true;
    };
  };
};
