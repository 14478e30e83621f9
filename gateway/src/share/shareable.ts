import { getOperationAST, parse } from 'graphql';
import { LRUCache } from 'lru-cache';

const textsAtMost = 2_000;

/** Whether a request body asks one query: only those may share an answer. Nothing else about it is checked here. */
export const createShareable = () => {
  const known = new LRUCache<string, boolean>({ max: textsAtMost });
  return (body: unknown): boolean => {
    const { query, operationName } = (body ?? {}) as { query?: unknown; operationName?: unknown };
    if (typeof query !== 'string' || (operationName !== undefined && operationName !== null && typeof operationName !== 'string'))
      return false;
    const key = `${operationName ?? ''}\n${query}`;
    const found = known.get(key) ?? isQuery(query, operationName);
    known.set(key, found);
    return found;
  };
};

const isQuery = (query: string, operationName: string | null | undefined): boolean => {
  try {
    return getOperationAST(parse(query, { noLocation: true, maxTokens: 10_000 }), operationName)?.operation === 'query';
  } catch {
    return false;
  }
};
