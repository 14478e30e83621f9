import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf } from '../document/fragments.ts';
import type { Principal } from '../principal/principal.ts';
import { guardedFields } from './guarded-fields.ts';
import { inclusion } from './inclusion.ts';
import { type Completed, withNulls } from './nulls.ts';
import { type Requirements, refusalFor, unauthorizedCode } from './requirements.ts';
import { type StrippedOperation, stripOperation } from './withheld-fields.ts';

/** An operation without the fields that its caller may not see. */
export interface PermittedOperation {
  readonly document: DocumentNode;
  /** `Type.field` of the fields that were taken away, `Type` of the fragments; with the text it determines the document, so it is part of the plan's key. */
  readonly withheld: readonly string[];
  /** False when nothing is left to plan. */
  readonly asksAnything: boolean;
  /** Where in the answer something was taken away that these variables ask for, as dotted response keys. */
  missing(variables: Readonly<Record<string, unknown>> | undefined): readonly string[];
  /** Puts nulls and errors where fields were taken away. */
  complete(data: Record<string, unknown> | null, variables: Readonly<Record<string, unknown>> | undefined): Completed;
}

/** Enforces the directives of one supergraph before anything is planned: what may not be seen is never asked of a subgraph. */
export type Authorize = (document: DocumentNode, operation: OperationDefinitionNode, principal: Principal) => PermittedOperation;

const variationsAtMost = 20;

export const createAuthorize = (schema: GraphQLSchema, requirements: Requirements): Authorize => {
  const known = new WeakMap<OperationDefinitionNode, ReturnType<typeof guard>>();
  const guard = (document: DocumentNode, operation: OperationDefinitionNode) => {
    const fragments = fragmentsOf(document);
    const variations = new LRUCache<string, StrippedOperation>({ max: variationsAtMost });
    return {
      guarded: guardedFields(schema, requirements, operation, fragments),
      without: (coordinates: readonly string[]): StrippedOperation => {
        const key = coordinates.join();
        const stripped = variations.get(key) ?? stripOperation(schema, operation, fragments, new Set(coordinates));
        variations.set(key, stripped);
        return stripped;
      },
    };
  };

  return (document, operation, principal) => {
    const { guarded, without } = known.get(operation) ?? guard(document, operation);
    if (!known.has(operation)) known.set(operation, { guarded, without });
    const withheld = [...guarded].filter(([, needed]) => refusalFor(needed, principal)).map(([coordinate]) => coordinate);
    if (!withheld.length) return { document, withheld, asksAnything: true, missing: () => [], complete: (data) => ({ data, errors: [] }) };
    const stripped = without(withheld);
    const code = unauthorizedCode(principal);
    return {
      document: stripped.document,
      withheld,
      asksAnything: stripped.asksAnything,
      missing: (variables) => missingIn(stripped, inclusion(operation, variables ?? {})),
      complete: (data, variables) => withNulls(data, { operation, stripped, variables, code }),
    };
  };
};

const missingIn = ({ withheld }: StrippedOperation, includes: ReturnType<typeof inclusion>): readonly string[] =>
  withheld.filter((steps) => steps.every(({ directives }) => includes(directives))).map((steps) => steps.map(({ key }) => key).join('.'));
