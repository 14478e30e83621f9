import type { ApolloServerPlugin, BaseContext, HTTPGraphQLRequest } from '@apollo/server';
import { type DocumentNode, getOperationAST } from 'graphql';
import { LRUCache } from 'lru-cache';
import { answeredWith } from './graphql-over-http.ts';
import type { AskedDocument } from './graphql-server.ts';

/** A request of which there is nothing left to find out. */
export interface KnownRequest extends Omit<AskedDocument<never>, 'context'> {
  /** In which its answer is written. */
  readonly contentType: string;
}

const charactersAtMost = 1_000_000;
/** What an entry takes beside its text. */
const charactersEach = 100;

/**
 * Texts that Apollo Server has found valid for one supergraph. A plain request for one of them needs nothing more of it; whatever is out of
 * the ordinary about a request goes through all of Apollo Server, which knows what to say of it.
 */
export const createKnownTexts = <Context extends BaseContext>() => {
  const texts = new LRUCache<string, { readonly document: DocumentNode; readonly queryHash: string }>({
    maxSize: charactersAtMost,
    sizeCalculation: (_, { length }) => length + charactersEach,
  });

  const learn: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, queryHash, document }) => void texts.set(source, { document, queryHash }),
    }),
  };

  /** Undefined for a request that is not plain or asks for what is not known. */
  const find = ({ method, headers, body }: HTTPGraphQLRequest): KnownRequest | undefined => {
    if (method !== 'POST' || !isRecord(body) || !jsonAlone.test(headers.get('content-type') ?? '')) return undefined;
    const { query, operationName = undefined, variables = undefined, extensions = undefined } = body;
    const contentType = answeredWith.get(headers.get('accept') ?? '');
    const known = typeof query === 'string' ? texts.get(query) : undefined;
    if (!known || !contentType) return undefined;
    if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
    if (!isAbsentOrRecord(variables) || !isAbsentOrRecord(extensions) || extensions?.persistedQuery) return undefined;
    if (!getOperationAST(known.document, operationName)) return undefined;
    const request = { operationName: operationName ?? undefined, variables: variables ?? undefined, extensions: extensions ?? undefined };
    return { ...known, request, contentType };
  };
  return { learn, find };
};

/** What a browser sends to another site only after asking, and so needs no look at CSRF. */
const jsonAlone = /^application\/json(; ?charset=utf-8)?$/i;

type Fields = Record<string, unknown>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;
const isAbsentOrRecord = (value: unknown): value is Fields | null | undefined => isAbsent(value) || isRecord(value);
