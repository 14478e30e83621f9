import { type DocumentNode, Kind, parse } from 'graphql';

/** One operation with its fragments. Throws where the text is anything else. */
export const readOperation = (text: string): DocumentNode => {
  const document = parse(text, { maxTokens: 4_000, noLocation: true });
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1) throw new Error(`The text holds ${operations.length} operations where one is asked.`);
  return document;
};
