import { createHash } from 'node:crypto';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { isOverLimits } from '../limits/operation-limits.ts';
import { createTextCache } from '../text-cache.ts';
import { ownRules } from './own-rules.ts';

/** Parsed and valid. Which of its operations is meant the request alone says. */
export interface ValidDocument {
  readonly document: DocumentNode;
  /** SHA-256 of its text. */
  readonly hash: string;
}

/** Everything that is wrong with a text, at most as much as helps. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';

  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
  }
}

export interface ReadOptions {
  /** Names of the schema that are like a wrong one are told with what is wrong. */
  readonly suggests: boolean;
  /** Around the work that a text is that was not read before; throws where it may not be done. */
  readonly within?: <Made>(work: () => Made) => Made;
  /** Whether it may be kept, at the cost of others; it is when absent. */
  readonly keeps?: () => boolean;
}

export interface Documents {
  /** Of a text that was found valid before. */
  known(text: string): ValidDocument | undefined;
  /** Whether it was kept, and what is made of it should be as well. */
  isKept(document: DocumentNode): boolean;
  /** Throws an `InvalidDocument`. */
  read(text: string, options: ReadOptions): ValidDocument;
}

const rules = [...specifiedRules, ...ownRules];

/** To find names that are like a wrong one, all of the schema's are looked at, for each error anew. */
const maxErrors = 25;

/** What texts say, for one schema: the same text is another operation on another. What is invalid is not kept. */
export const createDocuments = (schema: GraphQLSchema, { maxTokens }: { readonly maxTokens?: number } = {}): Documents => {
  const valid = createTextCache<ValidDocument>();
  const kept = new WeakSet<DocumentNode>();

  const readAnew = (text: string, suggests: boolean): ValidDocument => {
    const document = parsed(text, maxTokens);
    const errors = validate(schema, document, rules, { maxErrors, hideSuggestions: !suggests });
    if (errors.length > 0) throw new InvalidDocument(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
    return { document, hash: createHash('sha256').update(text).digest('hex') };
  };

  return {
    known: (text) => valid.get(text),
    isKept: (document) => kept.has(document),
    read(text, { suggests, within = (work) => work(), keeps = () => true }) {
      const known = valid.get(text);
      if (known) return known;
      const read = within(() => readAnew(text, suggests));
      if (keeps()) {
        kept.add(read.document);
        valid.set(text, read);
      }
      return read;
    },
  };
};

const parsed = (text: string, maxTokens: number | undefined): DocumentNode => {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    throw error instanceof GraphQLError ? new InvalidDocument([coded(error, 'GRAPHQL_PARSE_FAILED')]) : error;
  }
};

const coded = ({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message, { nodes, source, positions, extensions: { code: isOverLimits(message) ? 'COST_EXCEEDED' : code } });
