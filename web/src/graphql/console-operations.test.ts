import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';
import { getMainDefinition } from '@apollo/client/utilities';
import { type DocumentNode, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { consoleOperations } from '../../console-operations.ts';
import * as generated from '../generated/graphql.ts';
import { clientName } from './client-name.ts';

/** The texts that a client hands to its link. */
const sentBy = async (documents: readonly DocumentNode[]): Promise<string[]> => {
  const sent: string[] = [];
  const link = new ApolloLink(({ query }) => {
    sent.push(print(query));
    return new Observable((observer) => observer.error(new Error('far enough')));
  });
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  for (const document of documents) {
    const definition = getMainDefinition(document);
    const kind = definition.kind === 'OperationDefinition' ? definition.operation : undefined;
    const ignored = () => {};
    if (kind === 'query') await client.query({ query: document }).catch(ignored);
    else if (kind === 'mutation') await client.mutate({ mutation: document }).catch(ignored);
    else
      await new Promise<void>((resolve) =>
        client.subscribe({ query: document }).subscribe({ next: () => resolve(), complete: resolve, error: () => resolve() }),
      );
  }
  return sent;
};

describe('the operations that the console registers', () => {
  it('are all it sends, to the letter', async () => {
    const documents = (Object.values(generated) as readonly DocumentNode[]).filter(({ definitions }) =>
      definitions.some(({ kind }) => kind === 'OperationDefinition'),
    );
    const registered = consoleOperations()[clientName] ?? {};

    const sent = await sentBy(documents);

    expect(sent).toHaveLength(documents.length);
    for (const text of sent) expect(registered[createHash('sha256').update(text).digest('hex')]).toBe(text);
    expect(Object.keys(registered)).toHaveLength(documents.length);
  });
});
