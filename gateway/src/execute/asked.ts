import { getNamedType, isObjectType } from 'graphql';
import { plannedName } from '../plan/required-names.ts';
import type { ResponsePath } from './fetch-path.ts';
import type { PlannedOperation } from './planned-operation.ts';
import { isResultObject, ownValue, type ResultObject } from './result-object.ts';
import { collectFields, type SelectionSource } from './selection.ts';
import { conditionReader, type Variables } from './variables.ts';

/** Whether what failed was asked for, by the client or by the plan, or is missed for another reason; true where that can't be told. */
export type IsAsked = (path: ResponsePath, root: ResultObject, variables: Variables) => boolean;

/**
 * A subgraph that knows only an interface is asked of all its objects what the client asked of those of one type. What fails of the
 * others is nobody's business.
 */
export const compileIsAsked = (
  { schema, root: rootType, definition, fragments, required = new Set() }: PlannedOperation,
  neededByPlan: ReadonlySet<string>,
): IsAsked => {
  const holds = conditionReader(definition.variableDefinitions ?? []);
  return (path, root, variables) => {
    const source: SelectionSource = {
      schema,
      fragments,
      condition: (name) => holds(variables, name),
      plannedName: (field) => plannedName(field, required),
    };
    let value: unknown = root;
    let type: unknown = rootType;
    let sets = [definition.selectionSet];
    for (const part of path) {
      if (typeof part === 'number') {
        value = Array.isArray(value) ? value[part] : undefined;
        continue;
      }
      const said = isResultObject(value) && typeof value.__typename === 'string' ? schema.getType(value.__typename) : undefined;
      const runtime = isObjectType(said) ? said : type;
      if (!isObjectType(runtime)) return true;
      const nodes = [...collectFields(source, sets, runtime.name).values()].find(([node]) => node && source.plannedName(node) === part);
      // Where the failure took more along than itself, it tells why that is missing.
      if (!nodes) return neededByPlan.has(part) || !isResultObject(value) || ownValue(value, part) === undefined;
      const field = runtime.getFields()[nodes[0]?.name.value ?? ''];
      type = field && getNamedType(field.type);
      sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      value = isResultObject(value) ? ownValue(value, part) : undefined;
    }
    return true;
  };
};
