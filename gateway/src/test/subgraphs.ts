import { composeServices } from '@apollo/composition';
import type { Subgraph, SubgraphContext } from '@plexica/plugin-kit';
import { parse } from 'graphql';
import { aSubgraph } from '../execute/test/composed.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@tag", "@inaccessible", "@authenticated", "@requiresScopes", "@policy", "@shareable", "@listSize"
])\n`;

interface Called {
  readonly call: SubgraphContext['call'];
}

async function* counting(field: string, every: number, event = (count: number): unknown => count) {
  for (let count = 1; ; count += 1) {
    yield { [field]: event(count) };
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/** Nothing ever comes; it ends when it is told to, as a subscription of PubSub does. */
const silence = (open: { streams: number }): AsyncIterableIterator<never> => {
  const { promise, resolve } = Promise.withResolvers<IteratorResult<never>>();
  open.streams += 1;
  return {
    next: () => promise,
    async return() {
      open.streams -= 1;
      resolve({ done: true, value: undefined });
      return promise;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

/** A core of one subgraph. `open` counts the streams that run. */
export const aCore = (open = { streams: 0 }): Subgraph => {
  const stream = (field: string, event?: (count: number) => unknown) => ({
    async *subscribe(_: unknown, { every = 20 }: { every?: number }) {
      open.streams += 1;
      try {
        yield* counting(field, every, event);
      } finally {
        open.streams -= 1;
      }
    },
  });
  const tenant = (_: unknown, __: unknown, { call }: Called) =>
    call.claims.tenant && { ...call.claims.tenant, name: call.claims.tenant.slug, sdl: 'type Query' };
  return aSubgraph('home', {
    federation: false,
    typeDefs: `${link}
      type Query {
        me: User @authenticated
        users: [User!]! @requiresScopes(scopes: [["users.read"]])
        tenant: Tenant @authenticated
        tenantSignIn(slug: String!): String
        slow(ms: Int!): String @authenticated
        broken: String @authenticated
        tenants: [Tenant!] @policy(policies: [["role:super_admin"]]) @tag(name: "platform")
      }
      type Mutation { login(slug: String!): String  rename(name: String!): String @requiresScopes(scopes: [["settings.write"]]) }
      type Subscription {
        ticks(every: Int): Tick @authenticated
        batches(every: Int): [Int!] @authenticated
        guardedTicks: Int @requiresScopes(scopes: [["ticks.read"]])
        silence: Int @authenticated
        announcements: Int @authenticated @tag(name: "same-for-everyone")
        supergraphChanged: Int @authenticated
      }
      type User @key(fields: "id") { id: ID!  email: String  salary: Int @requiresScopes(scopes: [["pay.read"]])  friend: User }
      type Tenant @key(fields: "id") { id: ID!  slug: String  name: String  sdl: String @tag(name: "tells-schema") }
      type Tick { count: Int!  tenant: Tenant @authenticated }`,
    resolvers: {
      Query: {
        me: (_: unknown, __: unknown, { call }: Called) => call.claims.user,
        users: (_: unknown, __: unknown, { call }: Called) => [call.claims.user],
        tenant,
        tenantSignIn: (_: unknown, { slug }: { slug: string }) => `sign in to ${slug}`,
        slow: (_: unknown, { ms }: { ms: number }) => new Promise((resolve) => setTimeout(resolve, ms, 'done')),
        broken: () => {
          throw new Error('the secret detail');
        },
        tenants: () => [],
      },
      Mutation: {
        login: (_: unknown, { slug }: { slug: string }) => `welcome to ${slug}`,
        rename: (_: unknown, { name }: { name: string }) => name,
      },
      Subscription: {
        ticks: stream('ticks', (count) => ({ count })),
        batches: stream('batches', (count) => [count]),
        guardedTicks: stream('guardedTicks'),
        silence: { subscribe: () => silence(open) },
        announcements: { subscribe: () => silence(open) },
        supergraphChanged: stream('supergraphChanged'),
      },
      User: { salary: () => 100, friend: ({ id }: { id: string }) => ({ id: `friend-of-${id}`, email: 'friend@acme.test' }) },
      Tick: { tenant },
    },
  });
};

/** A plugin that says what it is told of its caller. */
export const anAnalyticsPlugin = (): Subgraph =>
  aSubgraph('analytics', {
    federation: false,
    typeDefs: `${link}
      type Query { analyticsCaller: String @authenticated  analyticsWait(ms: Int!): String @authenticated  analyticsBulk(bytes: Int!): String @authenticated }
      type Subscription { analyticsTicks: Int @authenticated  analyticsVersions: Int @authenticated }
      type Tenant @key(fields: "id") { id: ID!  analytics: Int  analyticsPermissions: [String!] }`,
    resolvers: {
      Query: {
        analyticsCaller: (_: unknown, __: unknown, { call }: Called) => JSON.stringify(call.claims),
        analyticsWait: (_: unknown, { ms }: { ms: number }) => new Promise((resolve) => setTimeout(resolve, ms, 'done')),
        analyticsBulk: (_: unknown, { bytes }: { bytes: number }) => 'x'.repeat(bytes),
      },
      Subscription: {
        analyticsTicks: { subscribe: () => counting('analyticsTicks', 20) },
        analyticsVersions: {
          async *subscribe(_: unknown, __: unknown, { call }: Called) {
            for await (const _ of counting('', 20)) yield { analyticsVersions: call.claims.configurationVersion };
          },
        },
      },
      Tenant: {
        __resolveReference: ({ id }: { id: string }) => ({ id, analytics: 7 }),
        analyticsPermissions: (_: unknown, __: unknown, { call }: Called) => call.claims.permissions,
      },
    },
  });

/** Composes a plugin set. For tenants, what the platform keeps to itself is out of sight. */
export const composeSet = (subgraphs: readonly Subgraph[], audience: 'tenant' | 'platform' = 'tenant'): string => {
  const sdlOf = ({ sdl }: Subgraph) => (audience === 'tenant' ? sdl.replaceAll('@tag(name: "platform")', '@inaccessible') : sdl);
  const services = subgraphs.map((subgraph) => ({ name: subgraph.name, url: `http://${subgraph.name}`, typeDefs: parse(sdlOf(subgraph)) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
};
