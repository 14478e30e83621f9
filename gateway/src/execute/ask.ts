import { cloneResult, isResultObject } from './result-object.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphOperation } from './subgraph-connection.ts';

/** An operation whose JSON body is written already, as far as it is needed to tell equal operations apart. */
export interface WrittenOperation extends SubgraphOperation {
  readonly body: string;
}

/** Asks a subgraph; within one query the same question is asked once, and everybody gets an answer of their own. */
export const ask = async (run: Run, service: string, operation: WrittenOperation): Promise<SubgraphAnswer> => {
  if (!run.asked) return send(run, service, operation);
  const key = `${service} ${operation.body}`;
  const asked = run.asked.get(key);
  if (asked) return copyOf(await asked);
  const answer = send(run, service, operation);
  run.asked.set(key, answer);
  return answer;
};

const send = async (run: Run, service: string, operation: SubgraphOperation): Promise<SubgraphAnswer> =>
  run.connections(service).request(operation, run.caller);

// Merging changes the objects of an answer, so two fetches can't work on the same ones.
const copyOf = (answer: SubgraphAnswer): SubgraphAnswer => {
  const data = cloneResult(answer.data);
  return { ...answer, data: isResultObject(data) ? data : undefined };
};
