import type { Logger } from 'pino';
import { type Authorize, createAuthorize } from '../authorization/authorize.ts';
import { refuseRenamedGuards } from '../authorization/guard-names.ts';
import { type Requirements, readRequirements } from '../authorization/requirements.ts';
import { createOperationCost, type OperationCost } from '../cost/operation-cost.ts';
import type { SupergraphRecord } from '../directory/directory.ts';
import { foundByApollo, type PersistedQueries, taughtByHttp } from '../document/persisted-queries.ts';
import { suggestToViewers } from '../document/suggestions.ts';
import { maxTokens } from '../limits/operation-limits.ts';
import { createSupergraph, loadSupergraph, type Supergraph, type ThreadOptions } from '../plan/supergraph.ts';
import type { RequestContext } from '../request.ts';
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
}

export interface LoadDeps {
  readonly executor: VariantExecutor;
  readonly persisted?: PersistedQueries;
  readonly log: Logger;
  /** Where operations are planned; in this thread when absent. */
  readonly planning?: ThreadOptions;
}

/** Refuses a supergraph with security features that nobody here enforces. */
export const loadVariant = async ({ hash, sdl }: SupergraphRecord, { executor, persisted, log, planning }: LoadDeps): Promise<Variant> => {
  refuseRenamedGuards(sdl);
  const supergraph = planning ? await loadSupergraph(sdl, planning) : createSupergraph(sdl);
  const requirements = readRequirements(supergraph.schema);
  const server = await startGraphqlServer<RequestContext>({
    supergraph,
    executor,
    log,
    maxTokens,
    persisted: persisted && foundByApollo(persisted),
    formatError: inRegisteredWords,
    plugins: [suggestToViewers(), ...(persisted ? [taughtByHttp(persisted)] : [])],
  });
  return {
    hash,
    supergraph,
    requirements,
    authorize: createAuthorize(supergraph.apiSchema, requirements),
    cost: createOperationCost(supergraph.schema),
    server,
  };
};
