import type { HTTPGraphQLRequest } from '@apollo/server';
import { getOperationAST } from 'graphql';
import type { ValidDocument } from '../document/documents.ts';
import { isFields, operationParts } from '../document/operation-parts.ts';
import { answeredWith } from './graphql-over-http.ts';
import type { AskedDocument } from './graphql-server.ts';

/** A request of which there is nothing left to find out. */
export interface KnownRequest extends Omit<AskedDocument<never>, 'context'> {
  /** In which its answer is written. */
  readonly contentType: string;
}

/**
 * A plain request for a text that was found valid needs nothing of Apollo Server. Undefined for one that is not plain or asks for what is
 * not known: whatever is out of the ordinary about a request goes through all of Apollo Server, which knows what to say of it.
 */
export const findKnown = (
  { method, headers, body }: HTTPGraphQLRequest,
  knownText: (text: string) => ValidDocument | undefined,
): KnownRequest | undefined => {
  if (method !== 'POST' || !isFields(body) || !jsonAlone.test(headers.get('content-type') ?? '')) return undefined;
  const contentType = answeredWith.get(headers.get('accept') ?? '');
  const known = typeof body.query === 'string' ? knownText(body.query) : undefined;
  if (!known || !contentType) return undefined;
  const request = operationParts(body);
  if (typeof request === 'string' || request.extensions?.persistedQuery) return undefined;
  return getOperationAST(known.document, request.operationName) ? { ...known, request, contentType } : undefined;
};

/** What a browser sends to another site only after asking, and so needs no look at CSRF. */
const jsonAlone = /^application\/json(; ?charset=utf-8)?$/i;
