import { type DocumentNode, GraphQLError, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Subgraph } from './subgraph.ts';

const documentsAtMost = 1_000;

export type Documents = ReturnType<typeof createDocuments>;

/** Texts of operations, parsed and validated once. */
export const createDocuments = ({ schema }: Subgraph) => {
  const known = new LRUCache<string, { document?: DocumentNode; errors?: readonly GraphQLError[] }>({ max: documentsAtMost });
  const read = (query: string) => {
    try {
      const document = parse(query, { maxTokens: 50_000 });
      const errors = validate(schema, document);
      return errors.length ? { errors } : { document };
    } catch (error) {
      return { errors: [error instanceof GraphQLError ? error : new GraphQLError('The document could not be read.')] };
    }
  };
  return {
    of(query: unknown) {
      if (typeof query !== 'string') return { errors: [new GraphQLError('There is no `query`.')] };
      const found = known.get(query) ?? read(query);
      known.set(query, found);
      return found;
    },
  };
};
