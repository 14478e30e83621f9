import { createHash } from 'node:crypto';
import { type DocumentNode, GraphQLError, getOperationAST, parse, specifiedRules, validate } from 'graphql';
import { enforceTextLimit, isOverLimits, maxTokens } from '../limits/operation-limits.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { Refusal } from '../problem.ts';
import type { Admitted, Operation } from '../request.ts';
import { createTextCache } from '../text-cache.ts';
import { noOperation } from './no-operation.ts';
import { operationParts } from './operation-parts.ts';
import { ownRules } from './own-rules.ts';
import { type PersistedQueries, persistedText, teachText } from './persisted-queries.ts';
import type { RegisteredOperations } from './registered-operations.ts';
import { withoutSuggestion } from './suggestions.ts';

const rules = [...specifiedRules, ...ownRules];

/** Where texts are found that a client did not send. */
export interface OperationTexts {
  readonly persisted: PersistedQueries;
  readonly registered: RegisteredOperations;
}

interface Checked {
  readonly document?: DocumentNode;
  readonly errors?: readonly GraphQLError[];
}

// Per supergraph: the same text is another operation on another set.
const checkedDocuments = new WeakMap<Supergraph, ReturnType<typeof createTextCache<Checked>>>();

/** Everything that is wrong with the text of an operation. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';

  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
  }
}

/** An operation of a WebSocket or of server-sent events, parsed and validated once per set. Throws what is wrong with it. */
export const readOperation = async (body: unknown, admitted: Admitted, { persisted, registered }: OperationTexts): Promise<Operation> => {
  const { operationName, variables, extensions, ...asked } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const known = registered.concern(admitted) ? await registered.text({ query: asked.query, extensions }, admitted) : undefined;
  const query = known ?? (asked.query || (await persistedText(extensions, persisted)));
  if (typeof query !== 'string' || !query) throw new Refusal('BAD_USER_INPUT', { message: 'The request has no `query` text.' });
  enforceTextLimit(query);
  const parts = operationParts({ operationName, variables, extensions });
  if (typeof parts === 'string') throw new Refusal('BAD_USER_INPUT', { message: parts });
  const { document, errors } = check(query, admitted.variant.supergraph);
  if (errors) throw new InvalidDocument(admitted.seesSchema ? errors : errors.map(withoutSuggestion));
  const definition = document && getOperationAST(document, parts.operationName);
  if (!document || !definition) throw new Refusal('BAD_USER_INPUT', { message: noOperation(parts.operationName) });
  const hash = createHash('sha256').update(query).digest('hex');
  if (known === undefined && asked.query) teachText(extensions, { text: query, hash }, admitted, persisted);
  return { document, definition, hash, ...parts };
};

const check = (text: string, supergraph: Supergraph): Checked => {
  const documents = checkedDocuments.get(supergraph) ?? createTextCache<Checked>();
  checkedDocuments.set(supergraph, documents);
  const known = documents.get(text);
  if (known) return known;
  const checked = parseAndValidate(text, supergraph);
  documents.set(text, checked);
  return checked;
};

const parseAndValidate = (text: string, { apiSchema }: Supergraph): Checked => {
  try {
    const document = parse(text, { maxTokens });
    const errors = validate(apiSchema, document, rules).map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    return errors.length ? { errors } : { document };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] };
  }
};

const coded = ({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message, { nodes, source, positions, extensions: { code: isOverLimits(message) ? 'COST_EXCEEDED' : code } });
