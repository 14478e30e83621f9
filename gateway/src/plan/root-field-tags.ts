import { type GraphQLSchema, Kind } from 'graphql';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import { rootFieldNames } from '../principal/public-access.ts';

/** What `@tag` says of the field that a subscription asks for. */
export const rootFieldTags = (schema: GraphQLSchema, { definition, fragments }: PlannedOperation): ReadonlySet<string> => {
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  const directives = rootFieldNames(definition.selectionSet, fragments).flatMap((name) => fields[name]?.astNode?.directives ?? []);
  const names = directives.flatMap((directive) => (directive.name.value === 'tag' ? (directive.arguments ?? []) : []));
  return new Set(names.flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : [])));
};
