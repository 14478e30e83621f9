import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { describe, expect, it } from 'vitest';
import { stubPaths } from './stub-paths.ts';

const fetch = (operation: string, more: Partial<FetchNode> = {}): FetchNode =>
  ({ kind: 'Fetch', serviceName: 'any', operation, ...more }) as FetchNode;
const at = (path: string, operation: string, more: Partial<FetchNode> = {}): PlanNode => ({
  kind: 'Flatten',
  path: path.split('.'),
  node: fetch(`query($representations:[_Any!]!){_entities(representations:$representations){${operation}}}`, { requires: [], ...more }),
});
const stubs = (...nodes: PlanNode[]) => [...stubPaths({ kind: 'Sequence', nodes })];

describe('objects that are stubs', () => {
  it('are those of which one fetch says the name and one key', () => {
    expect(stubs(fetch('{ reviews { id product { __typename upc } } }'), at('reviews.@.product', '... on Product { name }'))).toEqual([
      ['reviews.product', 'upc'],
    ]);
  });

  it('are found below entities and in fragments as well', () => {
    const below = '... on User { reviews { ...R } }';
    const node = at('users.@', below) as { node: FetchNode };
    const withFragment = { ...node.node, operation: `${node.node.operation} fragment R on Review { of: product { __typename key: upc } }` };
    expect(stubs({ ...node, node: withFragment } as PlanNode)).toEqual([['users.reviews.of', 'key']]);
  });

  it.each([
    ['more is selected', [fetch('{ a { __typename id name } }')]],
    ['something lies below', [fetch('{ a { __typename id b { c } } }')]],
    ['the name is not asked for', [fetch('{ a { id } }')]],
    ['types select different keys', [fetch('{ s { ... on A { of { __typename id } } ... on B { of { __typename key } } } }')]],
    ['two fetches select at the path', [fetch('{ a { __typename id } }'), fetch('{ a { __typename id } }')]],
    ['an entity fetch selects there too', [fetch('{ a { b { __typename id } } }'), at('a', '... on A { b { __typename id } }')]],
    ['only objects of one type lead there', [fetch('{ a { b { __typename id } } }'), at('a|[A].b', '... on B { name }')]],
    ['names are rewritten', [fetch('{ a { __typename id } }', { outputRewrites: [{ kind: 'ValueSetter' } as never] })]],
  ])('are none where %s', (_, nodes) => {
    expect(stubs(...nodes)).toEqual([]);
  });
});
