import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { combineEntityQueries } from './entity-operation.ts';

const products =
  'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{...F}}}fragment F on Product{name}';
const users =
  'query($representations:[_Any!]!$n:Int=2){_entities(representations:$representations){...on User{...F friends(first:$n){...F}}}}fragment F on User{id}';

describe('one operation for the entities of several fetches', () => {
  it('is the text of the only one', () => {
    expect(combineEntityQueries([products])).toEqual({ query: products, parts: [{ alias: '_entities', variable: 'representations' }] });
  });

  it('gives each an alias, a variable and fragments of its own', () => {
    const { query, parts } = combineEntityQueries([products, users]);

    expect(parse(query)).toEqual(parse(query));
    expect(query).toBe(
      'query($representations0:[_Any!]!$representations1:[_Any!]!$n:Int=2){' +
        '_0:_entities(representations:$representations0){...on Product{...F_0}}' +
        '_1:_entities(representations:$representations1){...on User{...F_1 friends(first:$n){...F_1}}}}' +
        'fragment F_0 on Product{name}fragment F_1 on User{id}',
    );
    expect(parts).toEqual([
      { alias: '_0', variable: 'representations0' },
      { alias: '_1', variable: 'representations1' },
    ]);
  });

  it('takes no name that the client has given a variable', () => {
    const { query, parts } = combineEntityQueries([products, users.replaceAll('$n', '$representations1')]);

    expect(parts[1]?.variable).toBe('_representations1');
    expect(query).toContain('$_representations1:[_Any!]!$representations1:Int=2');
  });
});
