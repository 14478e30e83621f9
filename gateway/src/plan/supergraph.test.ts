import { parse } from 'graphql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { compose } from '../execute/test/composed.ts';
import { shop } from '../execute/test/shop.ts';
import { createSupergraph } from './supergraph.ts';

const operation = (text: string, key = text) => ({ key, document: parse(text) });

describe('a supergraph', () => {
  it('plans an operation once, however often and at once it is asked', async () => {
    const { supergraph } = compose(shop);

    const [first, second] = await Promise.all([
      supergraph.plan(operation('{ me { name } }')),
      supergraph.plan(operation('{ me { name } }')),
    ]);

    expect(second).toBe(first);
    expect(await supergraph.plan(operation('{ me { name } }', 'another principal'))).not.toBe(first);
  });

  it('keeps plans of a thousand small operations, and of large ones as far as there is room for them', async () => {
    const { supergraph } = compose(shop);
    const small = await supergraph.plan(operation('{ me { name } }'));
    for (let at = 0; at < 500; at += 1) await supergraph.plan(operation('{ me { name } }', `small ${at}`));
    expect(await supergraph.plan(operation('{ me { name } }'))).toBe(small);

    for (let at = 0; at < 20; at += 1) await supergraph.plan(operation(`{ me { name } } ${'#'.repeat(60_000)}`, `large ${at}`));

    expect(await supergraph.plan(operation('{ me { name } }'))).not.toBe(small);
  });

  it('tells which subgraphs a plan may call, by the conditions of the request', async () => {
    const { supergraph } = compose(shop);
    const asked = operation('query ($x: Boolean!) { me { reviews @include(if: $x) { body } } }');

    const withReviews = await supergraph.plan({ ...asked, variables: { x: true } });
    const without = await supergraph.plan({ ...asked, variables: { x: false } });

    expect(withReviews.kind).toBe('query');
    expect(withReviews.subgraphs).toEqual(['accounts', 'reviews']);
    expect(without.subgraphs).toEqual(['accounts']);
  });

  it('refuses fragments that double at every spread', async () => {
    const { supergraph } = compose(shop);
    const doubling = Array.from({ length: 24 }, (_, at) => `fragment F${at} on User { ...F${at + 1} ... { ...F${at + 1} } }`);

    const plan = supergraph.plan(operation(`{ me { ...F0 } } ${doubling.join(' ')} fragment F24 on User { name }`));

    await expect(plan).rejects.toMatchObject({ extensions: { code: 'COST_EXCEEDED' } });
  });

  it('looks again a minute later at what it refused', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { supergraph } = compose(shop);
    const doubling = Array.from({ length: 24 }, (_, at) => `fragment F${at} on User { ...F${at + 1} ... { ...F${at + 1} } }`);
    const asked = operation(`{ me { ...F0 } } ${doubling.join(' ')} fragment F24 on User { name }`);
    const refusal = () => supergraph.plan(asked).catch((error: unknown) => error);
    const first = await refusal();

    const soon = await refusal();
    await vi.advanceTimersByTimeAsync(60_000);
    const later = await refusal();

    expect(soon).toBe(first);
    expect(later).not.toBe(first);
  });

  it('plans the named operation of several', async () => {
    const { supergraph } = compose(shop);
    const document = parse('query A { me { name } } query B { topProducts { name } }');

    expect((await supergraph.plan({ key: 'B', document, operationName: 'B' })).subgraphs).toEqual(['products']);
    await expect(supergraph.plan({ key: 'C', document, operationName: 'C' })).rejects.toThrow('Unknown operation named "C".');
    await expect(supergraph.plan({ key: '', document })).rejects.toThrow('Must provide operation name');
  });

  it('shows clients what is accessible, and authorization everything', () => {
    const { supergraph } = compose({
      a: { typeDefs: 'type Query { open: String, hidden: String @inaccessible @tag(name: "platform") }', resolvers: {} },
    });

    expect(Object.keys(supergraph.apiSchema.getQueryType()?.getFields() ?? {})).toEqual(['open']);
    const hidden = supergraph.schema.getQueryType()?.getFields().hidden;
    expect(hidden?.astNode?.directives?.map((directive) => directive.name.value)).toContain('tag');
  });

  it('loads the security directives, which the gateway enforces', () => {
    const { supergraph } = compose({
      a: {
        typeDefs: `
          extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@authenticated", "@requiresScopes", "@policy"])
          type Query { mine: String @authenticated, scoped: String @requiresScopes(scopes: [["users.read"]]), ruled: String @policy(policies: [["p"]]) }`,
        resolvers: {},
        federation: false,
      },
    });

    const fields = supergraph.schema.getQueryType()?.getFields() ?? {};
    const guards = Object.values(fields).flatMap((field) => field.astNode?.directives?.map((directive) => directive.name.value) ?? []);
    expect(guards.filter((name) => !name.startsWith('join__')).toSorted()).toEqual(['authenticated', 'policy', 'requiresScopes']);
  });

  it('refuses a supergraph whose features nobody enforces or executes', () => {
    const { sdl } = compose(shop);
    const withContext = sdl.replace(
      '@link(url: "https://specs.apollo.dev/join',
      '@link(url: "https://specs.apollo.dev/unheard/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/join',
    );

    expect(() => createSupergraph(withContext)).toThrow('unheard');
  });

  it('refuses an operation that no subgraph can answer', async () => {
    const { supergraph } = compose({
      a: { typeDefs: 'type Query { thing: Thing, open: String } interface Thing { id: ID }', resolvers: {} },
      b: {
        typeDefs: 'interface Thing { id: ID, name: String } type Known implements Thing @key(fields: "id") { id: ID, name: String }',
        resolvers: {},
      },
    });

    await expect(supergraph.plan(operation('{ thing { name } }'))).rejects.toThrow('No subgraph can answer thing.');
    await expect(supergraph.plan(operation('{ open t: thing { name } }'))).rejects.toThrow('No subgraph can answer t.');
    await expect(supergraph.plan(operation('{ __typename }'))).resolves.toMatchObject({ subgraphs: [] });
    await expect(supergraph.plan(operation('{ open @skip(if: true) }'))).resolves.toMatchObject({ subgraphs: [] });
  });

  it('refuses a subscription to nothing', async () => {
    const { supergraph } = compose({
      a: { typeDefs: 'type Query { a: String } type Subscription { changed: String }', resolvers: {} },
    });

    await expect(supergraph.plan(operation('subscription { __typename }'))).rejects.toThrow('must select a field');
    await expect(supergraph.plan(operation('subscription { changed }'))).resolves.toMatchObject({ kind: 'subscription', subgraphs: ['a'] });
  });
});
