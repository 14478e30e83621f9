import type { DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import { type Authorize, createAuthorize } from '../authorization/authorize.ts';
import { refuseRenamedGuards } from '../authorization/guard-names.ts';
import { type Requirements, readRequirements } from '../authorization/requirements.ts';
import { createOperationCost, type OperationCost } from '../cost/operation-cost.ts';
import type { SupergraphRecord } from '../directory/directory.ts';
import { createDocuments, type ValidDocument } from '../document/documents.ts';
import { foundByApollo, type PersistedQueries, teachText } from '../document/persisted-queries.ts';
import { maxTokens } from '../limits/operation-limits.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { createSupergraph, loadSupergraph, type Supergraph, type ThreadOptions } from '../plan/supergraph.ts';
import type { Admitted, RequestContext } from '../request.ts';
import { inRegisteredWords } from './graphql-over-http.ts';
import { type GraphqlExecutor, type GraphqlServer, startGraphqlServer } from './graphql-server.ts';

export type VariantExecutor = GraphqlExecutor<RequestContext>;

/** One plugin set as this process serves it: schemas, plans, who may see what, and the HTTP semantics around it. */
export interface Variant {
  readonly hash: string;
  readonly supergraph: Supergraph;
  readonly requirements: Requirements;
  readonly authorize: Authorize;
  readonly cost: OperationCost;
  readonly server: GraphqlServer<RequestContext>;
  /** What a text says here. Throws an `InvalidDocument`, or a refusal to whoever may have no more texts read now. */
  read(text: string, asking: Admitted): ValidDocument;
  /** Whether plans of it should be kept. */
  isKept(document: DocumentNode): boolean;
}

export interface LoadDeps {
  readonly executor: VariantExecutor;
  readonly persisted?: PersistedQueries;
  readonly log: Logger;
  /** What of this process callers may take for texts that are new here; anything when absent. */
  readonly rateLimit?: Pick<RateLimit, 'reading' | 'keeping'>;
  /** Where operations are planned; in this thread when absent. */
  readonly planning?: ThreadOptions;
}

/** Refuses a supergraph with security features that nobody here enforces. */
export const loadVariant = async (
  { hash, sdl }: SupergraphRecord,
  { executor, persisted, log, planning, rateLimit }: LoadDeps,
): Promise<Variant> => {
  refuseRenamedGuards(sdl);
  const supergraph = planning ? await loadSupergraph(sdl, planning) : createSupergraph(sdl);
  const requirements = readRequirements(supergraph.schema);
  const documents = createDocuments(supergraph.apiSchema, { maxTokens });
  const read: Variant['read'] = (text, asking) =>
    documents.read(text, {
      suggests: asking.seesSchema,
      within: rateLimit && ((work) => rateLimit.reading(asking, work)),
      keeps: rateLimit && (() => rateLimit.keeping(asking, text.length)),
    });
  const server = await startGraphqlServer<RequestContext>({
    supergraph,
    executor,
    log,
    known: documents.known,
    read: (text, { admitted }) => read(text, admitted),
    onValid: ({ query, extensions }, hash, { admitted }) => {
      if (persisted && query) teachText(extensions, { text: query, hash }, admitted, persisted);
    },
    persisted: persisted && foundByApollo(persisted),
    formatError: inRegisteredWords,
  });
  return {
    hash,
    supergraph,
    requirements,
    authorize: createAuthorize(supergraph.apiSchema, requirements),
    cost: createOperationCost(supergraph.schema),
    server,
    read,
    isKept: documents.isKept,
  };
};
