import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

const schemas = new LRUCache<string, GraphQLSchema>({ max: 50 });

/** What clients of a composed supergraph see. */
export const apiSchemaOf = (composed: string): GraphQLSchema => {
  const known = schemas.get(composed);
  if (known) return known;
  const schema = Supergraph.build(composed, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES }).apiSchema().toGraphQLJSSchema();
  schemas.set(composed, schema);
  return schema;
};
