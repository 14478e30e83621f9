import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';

/** Times cross the wire as ISO 8601 text in UTC, in process too. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment in time, ISO 8601 in UTC with milliseconds, for example `2026-11-23T09:30:00.000Z`.',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: (value) => new Date(GraphQLDateTime.parseValue(value) as Date),
  parseLiteral: (node) =>
    new Date(GraphQLDateTime.parseLiteral(node.kind === Kind.STRING ? node : { kind: Kind.STRING, value: '' }, {}) as Date),
});

/** Values whose shape a plugin or a later version defines. */
export const Json = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Free JSON: an object, list, text, number, boolean or null. Its shape is said where it is used.',
  specifiedByURL: undefined,
});
