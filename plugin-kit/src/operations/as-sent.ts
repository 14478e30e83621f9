import { InMemoryCache } from '@apollo/client/cache';
import { type DocumentNode, print } from 'graphql';

const cache = new InMemoryCache();

/** The text of an operation to the letter as the console's Apollo Client sends it, which asks for more names of types than was written. */
export const asSent = (document: DocumentNode): string => print(cache.transformDocument(document));
