import { getOperationAST } from 'graphql';
import { enforceTextLimit } from '../limits/operation-limits.ts';
import { Refusal } from '../problem.ts';
import type { Admitted, Operation } from '../request.ts';
import { noOperation } from './no-operation.ts';
import { operationParts } from './operation-parts.ts';
import { type PersistedQueries, persistedText, teachText } from './persisted-queries.ts';
import type { RegisteredOperations } from './registered-operations.ts';

/** Where texts are found that a client did not send. */
export interface OperationTexts {
  readonly persisted: PersistedQueries;
  readonly registered: RegisteredOperations;
}

/** An operation of a WebSocket or of server-sent events. Throws what is wrong with it: an `InvalidDocument` or a refusal. */
export const readOperation = async (body: unknown, admitted: Admitted, { persisted, registered }: OperationTexts): Promise<Operation> => {
  const { operationName, variables, extensions, ...asked } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const known = registered.concern(admitted) ? await registered.text({ query: asked.query, extensions }, admitted) : undefined;
  const query = known ?? (asked.query || (await persistedText(extensions, persisted)));
  if (typeof query !== 'string' || !query) throw new Refusal('BAD_USER_INPUT', { message: 'The request has no `query` text.' });
  enforceTextLimit(query);
  const parts = operationParts({ operationName, variables, extensions });
  if (typeof parts === 'string') throw new Refusal('BAD_USER_INPUT', { message: parts });
  const { document, hash } = admitted.variant.read(query, admitted);
  const definition = getOperationAST(document, parts.operationName);
  if (!definition) throw new Refusal('BAD_USER_INPUT', { message: noOperation(parts.operationName) });
  if (known === undefined && asked.query) teachText(extensions, { text: query, hash }, admitted, persisted);
  return { document, definition, hash, ...parts };
};
