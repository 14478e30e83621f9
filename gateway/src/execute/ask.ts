import { readableErrors, reportUnavailable } from './failure.ts';
import { type FetchPath, withoutLists } from './fetch-path.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphOperation } from './subgraph-connection.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Compiles a text to be sent with ever other variables: its part of a request body is written once. */
export const operationWriter = (query: string): ((variables: Variables) => SubgraphOperation) => {
  const prefix = `{"query":${JSON.stringify(query)},"variables":`;
  return (variables) => ({ query, variables, body: () => `${prefix}${JSON.stringify(variables)}}` });
};

/** Asks a subgraph on behalf of the objects at `path`; undefined, and an error of the run, where it doesn't answer. */
export const ask = async (
  run: Run,
  service: string,
  path: FetchPath,
  operation: SubgraphOperation,
): Promise<SubgraphAnswer | undefined> => {
  try {
    return readableAnswer(await run.connections(service).request(operation, run.caller));
  } catch (error) {
    reportUnavailable(run, service, withoutLists(path), error);
    return undefined;
  }
};

/** With errors that can be told. */
export const readableAnswer = (answer: SubgraphAnswer): SubgraphAnswer =>
  answer.errors ? { ...answer, errors: readableErrors(answer.errors) } : answer;
