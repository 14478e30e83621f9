import type { ApolloServerPlugin, BaseContext, HTTPGraphQLRequest } from '@apollo/server';
import { type DocumentNode, getOperationAST } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isFields, operationParts } from '../document/operation-parts.ts';
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
    if (method !== 'POST' || !isFields(body) || !jsonAlone.test(headers.get('content-type') ?? '')) return undefined;
    const contentType = answeredWith.get(headers.get('accept') ?? '');
    const known = typeof body.query === 'string' ? texts.get(body.query) : undefined;
    if (!known || !contentType) return undefined;
    const request = operationParts(body);
    if (typeof request === 'string' || request.extensions?.persistedQuery) return undefined;
    return getOperationAST(known.document, request.operationName) ? { ...known, request, contentType } : undefined;
  };
  return { learn, find };
};

/** What a browser sends to another site only after asking, and so needs no look at CSRF. */
const jsonAlone = /^application\/json(; ?charset=utf-8)?$/i;
