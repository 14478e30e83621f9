import { describe, expect, it } from 'vitest';
import { mergeInto } from './result-object.ts';

const isObjectName = (name: unknown): boolean => name === 'Book' || name === 'Film';

describe('what one more subgraph says of an object', () => {
  it('does not take away the type that another has told, at any depth', () => {
    const shelf = { books: [{ __typename: 'Book', id: '1', sequel: { __typename: 'Film', id: '2' } }] };

    mergeInto(shelf, { books: [{ __typename: 'Medium', id: '1', stars: 4, sequel: { __typename: 'Medium', stars: 3 } }] }, isObjectName);

    expect(shelf).toEqual({
      books: [{ __typename: 'Book', id: '1', stars: 4, sequel: { __typename: 'Film', id: '2', stars: 3 } }],
    });
  });

  it('tells the type of one that was known by its interface', () => {
    const shelf = { first: { __typename: 'Medium', id: '1' } };

    mergeInto(shelf, { first: { __typename: 'Book', pages: 10 } }, isObjectName);

    expect(shelf).toEqual({ first: { __typename: 'Book', id: '1', pages: 10 } });
  });
});
