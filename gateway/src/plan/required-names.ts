import { hash } from 'node:crypto';
import {
  BREAK,
  type ConstDirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { responseName } from '../execute/selection.ts';
import { ambiguousNames, fieldText } from './ambiguous-names.ts';

/** Names in the answers of subgraphs that stand for another name of the client's. */
const prefix = '_asked_';

/** What plans ask for by itself, under the names of fields. */
export interface PlannersNames {
  /**
   * Fields that some `@requires` selects and that take arguments: where the client selects one with other arguments,
   * the two would get one value.
   */
  readonly withArguments: ReadonlySet<string>;
  /** Those of `all` that are fields of several types to different effect: at one place of the answer, the plan would mix them up. */
  readonly ofSeveralTypes: ReadonlySet<string>;
  /** Fields of keys and requirements: where the client gives such a name to another field, the plan would read that one. */
  readonly all: ReadonlySet<string>;
}

export const plannersNames = (schema: GraphQLSchema): PlannersNames => {
  const required = new Set<string>();
  const keys = new Set(['__typename']);
  const withArguments = new Set<string>();
  const typesOf = new Map<string, Set<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    addNames(keys, type.astNode, 'join__type', 'key');
    for (const field of Object.values(type.getFields())) {
      if (field.args.length > 0) withArguments.add(field.name);
      typesOf.set(field.name, (typesOf.get(field.name) ?? new Set()).add(String(field.type)));
      addNames(required, field.astNode, 'join__field', 'requires');
    }
  }
  const all = new Set([...required, ...keys]);
  const ofSeveralTypes = new Set([...all].filter((name) => (typesOf.get(name)?.size ?? 0) > 1));
  return { withArguments: new Set([...required].filter((name) => withArguments.has(name))), ofSeveralTypes, all };
};

const addNames = (
  names: Set<string>,
  node: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined,
  directive: string,
  argument: string,
): void => {
  for (const each of node?.directives ?? []) {
    if (each.name.value !== directive) continue;
    const fields = each.arguments?.find(({ name }) => name.value === argument)?.value;
    if (fields?.kind === Kind.STRING) visit(parse(`{${fields.value}}`), { Field: ({ name }) => void names.add(name.value) });
  }
};

/** The names that one operation must not use towards subgraphs as its client does. */
export const requiredNames = (
  { withArguments, ofSeveralTypes, all }: PlannersNames,
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<string> => {
  const given = new Set<string>();
  for (const node of [definition, ...fragments.values()]) {
    visit(node, {
      Field: ({ alias, name }) => {
        if (alias && alias.value !== name.value && all.has(alias.value)) given.add(alias.value);
      },
    });
  }
  // Without fragments, whatever stands at one place is of one type.
  const isTyped = fragments.size > 0 || hasFragment(definition);
  const ambiguous = isTyped ? [...ambiguousNames(definition, fragments), ...ofSeveralTypes] : [];
  return given.size + ambiguous.length === 0 ? withArguments : new Set([...withArguments, ...given, ...ambiguous]);
};

const hasFragment = (definition: OperationDefinitionNode): boolean => {
  let found = false;
  visit(definition, {
    InlineFragment: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
};

/** Gives the client's fields of such names another one for the plan. */
export const withoutRequiredNames = <T extends OperationDefinitionNode | FragmentDefinitionNode>(
  definition: T,
  required: ReadonlySet<string>,
): T => {
  if (required.size === 0) return definition;
  return visit(definition, {
    Field: (field: FieldNode) => {
      const name = plannedName(field, required);
      return name === responseName(field) ? undefined : { ...field, alias: { kind: Kind.NAME, value: name } };
    },
  });
};

/** Under which name the answers of subgraphs hold what the client asked for: a field of other objects has another one. */
export const plannedName = (field: FieldNode, required: ReadonlySet<string>): string => {
  const name = responseName(field);
  return required.has(name) ? `${prefix}${hash('sha256', fieldText(field)).slice(0, digits)}_${name}` : name;
};

const digits = 8;
const planned = new RegExp(`^${prefix}[0-9a-f]{${digits}}_(.+)$`);

/** A path in the answers of subgraphs as the client knows it. */
export const clientPath = (path: readonly (string | number)[], required: ReadonlySet<string>): readonly (string | number)[] =>
  path.map((part) => {
    const name = typeof part === 'string' ? planned.exec(part)?.[1] : undefined;
    return name !== undefined && required.has(name) ? name : part;
  });
