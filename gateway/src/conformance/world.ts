import { GraphQLError, type GraphQLFieldResolver, Kind, type ObjectTypeDefinitionNode, type ObjectTypeExtensionNode, parse } from 'graphql';
import type { SubgraphSource } from '../execute/test/composed.ts';

/** What a field is worth: a value, a reference, a list of either, a failure, or what a function makes of arguments and required fields. */
export type Fact = unknown;

/** Everything there is, by type and by name; `Query` and `Mutation` have one record each. One world answers all subgraphs, and the specification. */
export type World = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Fact>>>>>>;

type Args = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, unknown>>;

class Ref {
  constructor(
    readonly type: string,
    readonly name: string,
  ) {}
}

class Failure {
  constructor(readonly message: string) {}
}

class Computed {
  constructor(
    readonly make: (given: Given, args: Args) => Fact,
    readonly required: Readonly<Record<string, Args>>,
  ) {}
}

/** The record of that name: `ref('User', 'ada')`. */
export const ref = (type: string, name: string): Ref => new Ref(type, name);

/** A field that fails. */
export const fail = (message: string): Failure => new Failure(message);

/** What a subgraph makes of the fields it `@requires`, and of nothing else it may know; `required` holds the arguments it wants them with. */
export const computed = (make: (given: Given, args: Args) => Fact, required: Readonly<Record<string, Args>> = {}): Computed =>
  new Computed(make, required);

/** An object on its way through an execution; `given` is what a subgraph was told of it. */
interface Thing {
  readonly __typename: string;
  readonly record: Readonly<Record<string, Fact>>;
  readonly given?: Given;
}

/** Resolves any field of any type out of the world. */
export const reader = (world: World): GraphQLFieldResolver<unknown, unknown> => {
  const thing = ({ type, name }: Ref): Thing | null => {
    const record = world[type]?.[name];
    return record ? { __typename: type, record } : null;
  };
  const opened = (fact: Fact): unknown => {
    if (fact instanceof Failure) throw new GraphQLError(fact.message);
    if (fact instanceof Ref) return thing(fact);
    return Array.isArray(fact) ? fact.map((each) => (each instanceof Failure ? new GraphQLError(each.message) : opened(each))) : fact;
  };
  const factOf = ({ record, given }: Thing, field: string, args: Args): unknown => {
    const fact = record[field];
    if (fact instanceof Computed) return opened(fact.make(given ?? knownOf(record, fact), args));
    return opened(typeof fact === 'function' ? fact(args) : fact);
  };
  // As a subgraph would be told it: plain objects, with the arguments it asked for.
  const knownOf = (record: Thing['record'], { required }: Pick<Computed, 'required'>): Given =>
    new Proxy(
      {},
      {
        get: (_, field) => (typeof field === 'string' ? told(factOf({ __typename: '', record }, field, required[field] ?? {})) : undefined),
      },
    );
  const told = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(told);
    return isThing(value) ? knownOf(value.record, { required: {} }) : value;
  };

  return (source, args, _context, { fieldName, parentType }) => {
    const root = world[parentType.name]?.root;
    const at = isThing(source) ? source : root && { __typename: parentType.name, record: root };
    if (!at) throw new Error(`Nothing is known of ${parentType.name}`);
    return factOf(at, fieldName, args);
  };
};

const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && 'record' in value;

/** A subgraph that knows of the world what its type definitions name. */
export const subgraphOf = (typeDefs: string, world: World, federation?: boolean): SubgraphSource => {
  const read = reader(world);
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const definition of parse(typeDefs).definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const name = definition.name.value;
    const own: Record<string, unknown> = {};
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_DEFINITION) {
      own.__resolveType = ({ __typename }: Thing) => __typename;
    } else if (isObject(definition)) {
      for (const field of definition.fields ?? []) own[field.name.value] = read;
    } else continue;
    if (!roots.has(name) && definition.kind !== Kind.UNION_TYPE_DEFINITION) {
      own.__resolveReference = (given: Given) => referenced(world, name, given);
    }
    resolvers[name] = { ...resolvers[name], ...own };
  }
  return { typeDefs, resolvers, ...(federation !== undefined && { federation }) };
};

const roots = new Set(['Query', 'Mutation', 'Subscription']);
const isObject = (node: { readonly kind: string }): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;

/** Found by every scalar that the representation shares with the record; an interface object is looked for among all types. */
const referenced = (world: World, type: string, given: Given): Thing | null => {
  const isSame = (record: Thing['record']): boolean => {
    const shared = Object.entries(given).filter(
      ([field, value]) => field !== '__typename' && isKey(field) && field in record && typeof value !== 'object',
    );
    return shared.length > 0 && shared.every(([field, value]) => record[field] === value);
  };
  for (const [typename, records] of Object.entries(world)) {
    if (type in world && typename !== type) continue;
    for (const record of Object.values(records)) if (isSame(record)) return { __typename: typename, record, given };
  }
  return null;
};

/** What keys are made of in these tests; required fields tell nothing of who is meant. */
const isKey = (field: string): boolean => /^(id|code|sku|email)$/.test(field);
