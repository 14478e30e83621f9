import { describe, expect, it } from 'vitest';
import { aRegistry } from '../../test/a-registry.ts';
import { claimsIn } from '../../test/claims.ts';

const usage = (tenantId: string, name: string, calls: number, elements: readonly string[]) => ({
  ...{ tenantId, name, calls, elements, hash: `hash-of-${name}`, kind: 'query' as const, supergraph: 'core' },
  text: `query ${name} { me { id } }`,
});
const list = (given: string) =>
  `{ usedOperations${given} { totalCount pageInfo { hasNextPage endCursor } edges { node { name type calls elements firstUsedAt } } } }`;

describe('asking which operations a tenant uses', () => {
  it('lists them, most asked first, page by page, and those alone that use an element', async () => {
    await using registry = await aRegistry();
    const { acme, globex, plugins } = registry;
    await plugins.usage.record([
      usage(acme.id, 'Rare', 1, ['Query.me', 'User.email']),
      usage(acme.id, 'Frequent', 3_000_000_000, ['Query.me', 'User.id']),
      usage(acme.id, 'Other', 2, ['Query.tenant']),
      usage(globex.id, 'Foreign', 5, ['Query.me']),
    ]);
    const ask = async (given = '') => (await registry.ask(claimsIn(acme), list(given))).data.usedOperations;
    const names = ({ edges }: { edges: { node: { name: string } }[] }) => edges.map(({ node }) => node.name);

    const first = await ask('(first: 2)');
    expect(names(first)).toEqual(['Frequent', 'Other']);
    expect(first).toMatchObject({
      totalCount: 3,
      edges: [{ node: { type: 'QUERY', calls: 2_147_483_647, elements: ['Query.me', 'User.id'] } }, {}],
    });
    expect(names(await ask(`(first: 2, after: "${first.pageInfo.endCursor}")`))).toEqual(['Rare']);
    expect(names(await ask('(element: "User.email")'))).toEqual(['Rare']);
    expect(names(await ask('(element: "Query.me")'))).toEqual(['Frequent', 'Rare']);
    expect(names(await ask(`(element: "x\\"]' or true --")`))).toEqual([]);
  });

  it('is for those who manage plugins', async () => {
    await using registry = await aRegistry();

    expect((await registry.ask(claimsIn(registry.acme, ['users.read']), list(''))).codes).toEqual(['FORBIDDEN']);
  });
});
