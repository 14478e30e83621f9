import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type Requirements, readRequirements } from '../authorization/requirements.ts';
import type { Directory } from '../directory/directory.ts';
import { maxTokens } from '../limits/operation-limits.ts';
import { createSupergraph, type Supergraph } from '../plan/supergraph.ts';
import { Refusal } from '../problem.ts';
import { graphqlOverHttp } from './graphql-over-http.ts';

type GatewayInterface = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['gateway']>;
type Executor = Awaited<ReturnType<GatewayInterface['load']>>['executor'];

/** One plugin set as this process serves it: schemas, plans, who may see what, and the HTTP semantics around it. */
export interface Variant<Context extends BaseContext = BaseContext> {
  readonly hash: string;
  readonly supergraph: Supergraph;
  readonly requirements: Requirements;
  readonly server: ApolloServer<Context>;
}

export interface VariantOptions<Context extends BaseContext> {
  readonly directory: Directory;
  readonly log: Logger;
  readonly executor: (variant: () => Variant<Context>) => Executor;
  /** How many sets stay loaded; the one used longest ago goes first. */
  readonly maxSets?: number;
}

/** Plugin sets by hash: loaded when first asked for, once at a time, and kept while they are used. */
export const createVariants = <Context extends BaseContext>({ directory, log, executor, maxSets = 500 }: VariantOptions<Context>) => {
  const loaded = new LRUCache<string, Promise<Variant<Context>>>({
    max: maxSets,
    // An evicted set finishes the requests it has; Apollo Server drains before it stops.
    dispose: (variant) => void variant.then(({ server }) => server.stop()).catch(() => {}),
  });

  const load = async (hash: string): Promise<Variant<Context>> => {
    const record = await directory.supergraph(hash);
    if (!record) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    const supergraph = createSupergraph(record.sdl);
    const variant: Variant<Context> = {
      hash,
      supergraph,
      requirements: readRequirements(supergraph.schema),
      server: new ApolloServer<Context>({
        gateway: gatewayOf(
          supergraph,
          record.sdl,
          executor(() => variant),
        ),
        introspection: true,
        csrfPrevention: true,
        stopOnTerminationSignals: false,
        includeStacktraceInErrorResponses: false,
        parseOptions: { maxTokens },
        logger: log,
        plugins: [graphqlOverHttp()],
      }),
    };
    await variant.server.start();
    log.info({ hash, subgraphs: record.subgraphs }, 'supergraph loaded');
    return variant;
  };

  return {
    for(hash: string): Promise<Variant<Context>> {
      const known = loaded.get(hash);
      if (known) return known;
      const variant = load(hash);
      loaded.set(hash, variant);
      variant.catch(() => loaded.delete(hash));
      return variant;
    },
    async stop() {
      const variants = await Promise.allSettled([...loaded.values()]);
      await Promise.all(variants.map((variant) => (variant.status === 'fulfilled' ? variant.value.server.stop() : undefined)));
    },
  };
};

const gatewayOf = ({ apiSchema }: Supergraph, sdl: string, executor: Executor): GatewayInterface => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema, coreSupergraphSdl: sdl });
    return () => {};
  },
  load: async () => ({ executor }),
  stop: async () => {},
});
