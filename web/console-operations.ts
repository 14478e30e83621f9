import { createHash } from 'node:crypto';
import { asSent } from '@plexica/plugin-kit/operations';
import type { DocumentNode } from 'graphql';
import * as generated from './src/generated/graphql.ts';
import { clientName } from './src/graphql/client-name.ts';

// A fragment is a document as well.
const asks = ({ definitions }: DocumentNode): boolean => definitions.some(({ kind }) => kind === 'OperationDefinition');

/** Every operation of the console by the SHA-256 of its text, to the letter as Apollo Client sends it. */
export const consoleOperations = (): Record<string, Record<string, string>> => {
  const documents = (Object.values(generated) as readonly DocumentNode[]).filter(asks);
  const texts = documents.map(asSent);
  return { [clientName]: Object.fromEntries(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text])) };
};
