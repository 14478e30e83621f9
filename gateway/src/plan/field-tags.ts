import { type GraphQLField, type GraphQLSchema, Kind } from 'graphql';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import { rootFieldNames } from '../principal/public-access.ts';

/** What `@tag` says of a field of the whole schema. */
export const tagsOf = (field: Pick<GraphQLField<unknown, unknown>, 'astNode'> | null | undefined): readonly string[] => {
  const given = (field?.astNode?.directives ?? []).flatMap(({ name, arguments: named = [] }) => (name.value === 'tag' ? named : []));
  return given.flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []));
};

/** What `@tag` says of the field that a subscription asks for. */
export const rootFieldTags = (schema: GraphQLSchema, { definition, fragments }: PlannedOperation): ReadonlySet<string> => {
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  return new Set(rootFieldNames(definition.selectionSet, fragments).flatMap((name) => tagsOf(fields[name])));
};
