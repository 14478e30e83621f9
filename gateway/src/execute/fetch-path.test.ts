import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readPath, withoutLists } from './fetch-path.ts';
import { compilePath, eachListOnce, placesAt } from './path.ts';

const schema = buildSchema(`
  type Query { search: [Found] }
  interface Found { by: Person }
  type Book implements Found { by: Person }
  type Film implements Found { by: Person }
  type Person { id: ID }
`);
const authors = readPath(schema, ['', 'search', '@|[Book]', 'by']);
const named = (name: string, by: unknown) => ({ __typename: name, by });

describe('a path that only objects of some types lead along', () => {
  it('finds what is below those', () => {
    const [ada, alan] = [{ id: 'ada' }, { id: 'alan' }];
    const root = { search: [named('Book', ada), named('Film', alan), named('Book', null), null] };

    expect(compilePath(authors)([root])).toEqual([ada]);
    expect([...placesAt(root, authors)]).toEqual([[ada, [['search', 0, 'by']]]]);
  });

  it('is the same where lists lie deeper than the plan knows, and names mean something to JavaScript', () => {
    const [ada, alan] = [{ id: 'ada' }, { id: 'alan' }];

    expect(compilePath(authors)([{ search: [[named('Film', alan), named('Book', ada)]] }])).toEqual([ada]);
    expect(
      compilePath(readPath(schema, ['constructor|[Book]', 'by']))([{ constructor: [named('Film', alan), named('Book', ada)] }]),
    ).toEqual([ada]);
  });

  it.each([
    ['an interface', 'Found'],
    ['nothing', undefined],
    ['no type of the schema', 'Nobody'],
  ])('leads on from an object that is called after %s, since what it is can not be told yet', (_, typename) => {
    const found = { id: 'ada' };

    expect(compilePath(authors)([{ search: [{ __typename: typename, by: found }] }])).toEqual([found]);
  });

  it('is a response path up to its first list, types left out', () => {
    expect(withoutLists(authors)).toEqual(['search']);
    expect(withoutLists(readPath(schema, ['', 'one|[Book,Film]', 'by']))).toEqual(['one', 'by']);
  });
});

it('a list that stands at several places is gone through once where that is enough', () => {
  const ada = { id: 'ada' };
  const search = [named('Book', ada)];
  const nested = [[named('Book', ada)]];

  expect(compilePath(authors)([{ search }, { search }])).toEqual([ada, ada]);
  expect(compilePath(authors)([{ search }, { search }], eachListOnce())).toEqual([ada]);
  expect(compilePath(authors)([{ search: nested }, { search: nested }], eachListOnce())).toEqual([ada]);
});
