import { cpus } from 'node:os';
import { composeServices } from '@apollo/composition';
import { type DocumentNode, Kind, parse, print } from 'graphql';
import pino from 'pino';
import { execute } from '../src/execute/execute.ts';
import { createInProcessConnection } from '../src/execute/in-process-connection.ts';
import { aCaller, aSubgraph } from '../src/execute/test/composed.ts';
import { startPlannerThread } from '../src/plan/planner-thread.ts';
import { sliceOf } from '../src/plan/slice.ts';
import { createSlimming } from '../src/plan/slim-schema.ts';
import { createTestDirectory } from '../src/test/a-directory.ts';
import { aCore } from '../src/test/subgraphs.ts';
import { createVariants } from '../src/variant/variants.ts';

// `pnpm bench sets [sets]`: distinct sets of 30 plugins out of 60, each loaded and asked a first operation over the core and two plugins, in one process.
const sets = Number(process.argv[2] ?? 1_000);
const [pluginsEach, pluginsAll] = [30, 60];

/** About 2 KB of SDL: a query, a mutation, six types, a field on the tenant. */
const aPlugin = (index: number) => {
  const name = `plugin${String(index).padStart(2, '0')}`;
  const Type = `Plugin${String(index).padStart(2, '0')}`;
  const fields = (prefix: string) => Array.from({ length: 7 }, (_, at) => `${prefix}Field${at}: String`).join(' ');
  const types = ['Contact', 'Deal', 'Note', 'Task', 'File', 'Board'].map(
    (noun) => `type ${Type}${noun} @key(fields: "id") { id: ID! ${fields(noun.toLowerCase())} tenant: Tenant }`,
  );
  const roots = ['Contact', 'Deal', 'Note', 'Task'].map((noun) => `${name}${noun}(id: ID!): ${Type}${noun}`);
  return aSubgraph(name, {
    typeDefs: `type Query { ${roots.join(' ')} } type Mutation { ${name}Save(name: String!): ${Type}Contact }
      type Tenant @key(fields: "id") { id: ID! ${name}: Int } ${types.join('\n')}`,
    resolvers: { Tenant: { [name]: () => index } },
  });
};

const core = aCore();
const plugins = Array.from({ length: pluginsAll }, (_, index) => aPlugin(index));
const composed = composeServices([core, ...plugins].map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })));
if (!composed.supergraphSdl) throw new Error(composed.errors?.join('\n'));
const all: DocumentNode = parse(composed.supergraphSdl, { noLocation: true });
const enumOf = (name: string): string => {
  const graphs = all.definitions.find((node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph');
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return values.find((value) => value.name.value.toLowerCase() === name)?.name.value ?? '';
};
/** The plugins of one set: another choice for each. */
const membersOf = (set: number): number[] => {
  const members = new Set<number>();
  for (let at = 0, next = set * 7; members.size < pluginsEach; at += 1) {
    next = (next * 1_103_515_245 + 12_345 + at) % 2_147_483_648;
    members.add(next % pluginsAll);
  }
  return [...members].toSorted((a, b) => a - b);
};

const directory = createTestDirectory();
const textOf = (members: readonly number[]): string =>
  print(sliceOf(all, new Set([enumOf(core.name), ...members.map((index) => enumOf(plugins[index]?.name ?? ''))])));
const thread = startPlannerThread();
const variants = createVariants({
  directory,
  planning: { thread, core: [core.name], slim: createSlimming() },
  log: pino({ level: 'silent' }),
  executor: async () => ({ data: {} }),
  maxBytes: Number.MAX_SAFE_INTEGER,
});
const connections = new Map([core, ...plugins].map((subgraph) => [subgraph.name, createInProcessConnection(subgraph)]));
const connectionOf = (name: string) => {
  const connection = connections.get(name);
  if (!connection) throw new Error(name);
  return connection;
};

const caller = aCaller({ claims: { ...aCaller().claims, tenant: { id: 't', slug: 'acme' } } });
const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_000_000;
};
/** Milliseconds that loading takes of this thread, in two parts: no block is longer, and a busy machine doesn't change it. */
const loads: number[] = [];
const at = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

/** From nothing to an answer that the core and two plugins give. */
const first = async (set: number): Promise<number> => {
  const members = membersOf(set);
  const hash = `set-${set}`;
  directory.addSet({ hash, audience: 'tenant', sdl: textOf(members), subgraphs: [core.name] });
  const started = performance.now();
  const busyBefore = process.threadCpuUsage();
  const { supergraph } = await variants.for(hash);
  const { user, system } = process.threadCpuUsage(busyBefore);
  loads.push((user + system) / 1000);
  const [one, two] = members.map((index) => plugins[index]?.name);
  const document = parse(`{ tenant { slug ${one} ${two} } }`);
  const plan = await supergraph.plan({ key: 'first', document });
  const { data } = await execute(plan, { caller }, connectionOf);
  const tenant = data?.tenant as Record<string, unknown> | undefined;
  if (tenant?.[one ?? ''] !== members[0]) throw new Error(`set ${set} answers ${JSON.stringify(data)}`);
  return performance.now() - started;
};

await first(sets);
const before = heapMb();
const times: number[] = [];
loads.length = 0;
for (let set = 0; set < sets; set += 1) {
  times.push(await first(set));
}
const heap = heapMb() - before;
console.log(`${cpus()[0]?.model}, Node ${process.version}; sets of ${pluginsEach} plugins, ${(textOf(membersOf(0)).length / 1000).toFixed(0)} kB composed each.

| sets | heap of all | heap each | resident | load and first answer p50 | p95 | CPU of this thread p50 | p95 |
|---|---|---|---|---|---|---|---|
| ${sets} | ${heap.toFixed(0)} MB | ${(heap / sets).toFixed(2)} MB | ${(process.memoryUsage().rss / 1_000_000).toFixed(0)} MB | ${at(times, 0.5).toFixed(0)} ms | ${at(times, 0.95).toFixed(0)} ms | ${at(loads, 0.5).toFixed(0)} ms | ${at(loads, 0.95).toFixed(0)} ms |`);
await variants.stop();
await thread.stop();
