import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { anonymous, type Subgraph } from '@plexica/plugin-kit';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import { createSupergraph, type Supergraph } from '../../plan/supergraph.ts';
import { execute } from '../execute.ts';
import { createInProcessConnection } from '../in-process-connection.ts';
import { createStockExecutor } from '../stock-executor.ts';
import type { StreamCaller, SubgraphConnection } from '../subgraph-connection.ts';

/** Fields by type; the arguments of each resolver are those its test knows. */
type Resolvers = Record<string, Record<string, unknown>>;

type ResolverMap = Extract<Parameters<typeof buildSubgraphSchema>[0], readonly { typeDefs: unknown }[]>[number]['resolvers'];

export interface SubgraphSource {
  readonly typeDefs: string;
  readonly resolvers: Resolvers;
  /** False for type definitions that bring their own `@link` of the federation. */
  readonly federation?: boolean;
}

/** What a test compares: errors without their order, nothing but what goes over the wire. */
export interface Comparable {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly code: unknown }[];
  readonly extensions?: unknown;
}

export interface Composed {
  readonly sdl: string;
  readonly supergraph: Supergraph;
  readonly connections: (name: string) => SubgraphConnection;
  /** One line per call of a subgraph since the last answer was asked for. */
  readonly calls: string[];
  /** Replaces a subgraph by one that doesn't answer, or answers something else. */
  replace(name: string, connection: Partial<SubgraphConnection>): void;
  ours(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  stock(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
}

export const aCaller = (given: Partial<StreamCaller> = {}): StreamCaller => ({ claims: anonymous, requestId: 'test', ...given });

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag"
])\n`;

/** A subgraph as the kit would build it, without guards. */
export const aSubgraph = (name: string, { typeDefs, resolvers, federation: links = true }: SubgraphSource): Subgraph => {
  const sdl = links ? federation + typeDefs : typeDefs;
  return {
    name,
    sdl,
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as ResolverMap }]),
    contextFor: async (call) => ({ call }),
  };
};

/** Composes subgraphs in memory, to be asked through our executor and through the stock one. */
export const compose = (sources: Record<string, SubgraphSource>): Composed => {
  const subgraphs = Object.entries(sources).map(([name, source]) => aSubgraph(name, source));
  const composition = composeServices(subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })));
  const sdl = composition.supergraphSdl;
  if (sdl === undefined) throw new Error(composition.errors?.map((error) => error.message).join('\n'));

  const calls: string[] = [];
  const connections = new Map<string, SubgraphConnection>();
  for (const subgraph of subgraphs) connections.set(subgraph.name, recorded(createInProcessConnection(subgraph), calls));
  const connectionOf = (name: string): SubgraphConnection => {
    const connection = connections.get(name);
    if (!connection) throw new Error(`There is no subgraph ${name}`);
    return connection;
  };
  const supergraph = createSupergraph(sdl);
  const stock = lazily(() => createStockExecutor(sdl));

  return {
    sdl,
    supergraph,
    calls,
    connections: connectionOf,
    replace: (name, connection) => connections.set(name, { ...connectionOf(name), ...connection }),
    ours: async (query, variables) => {
      const document = checked(supergraph, query);
      calls.length = 0;
      return execute(await supergraph.plan({ key: query, document, variables }), { variables, caller: aCaller() }, connectionOf);
    },
    stock: (query, variables) => stock()({ key: query, document: parse(query) }, { variables, caller: aCaller() }, connectionOf),
  };
};

/** An answer without what legitimately differs: order of errors, prototypes, the key that names a subgraph. */
export const comparable = (result: ExecutionResult): Comparable => {
  const { data, errors, extensions } = JSON.parse(JSON.stringify(result)) as ExecutionResult<unknown>;
  const simple = (errors as readonly GraphQLFormattedError[] | undefined)?.map(({ message, path, extensions: details }) => ({
    message,
    path,
    // The stock executor has a code of its own for errors without one.
    code: details?.code === 'DOWNSTREAM_SERVICE_ERROR' ? 'INTERNAL_SERVER_ERROR' : details?.code,
  }));
  const sorted = simple?.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return { data, ...(sorted && { errors: sorted }), ...(extensions && { extensions }) };
};

const checked = (supergraph: Supergraph, query: string) => {
  const document = parse(query);
  const [error] = validate(supergraph.apiSchema, document);
  if (error) throw error;
  return document;
};

const recorded = (connection: SubgraphConnection, calls: string[]): SubgraphConnection => ({
  ...connection,
  request: (operation, caller) => {
    calls.push(`${connection.name} ${operation.query}`);
    // Each answer belongs to its asker, also where resolvers answer with objects they keep.
    return connection.request(operation, caller).then((answer) => JSON.parse(JSON.stringify(answer)));
  },
});

const lazily = <T>(create: () => T): (() => T) => {
  let value: T | undefined;
  return () => {
    value ??= create();
    return value;
  };
};

/** For resolvers of test subgraphs that must fail. */
export const failing =
  (message: string, code = 'BROKEN') =>
  (): never => {
    throw new GraphQLError(message, { extensions: { code } });
  };
