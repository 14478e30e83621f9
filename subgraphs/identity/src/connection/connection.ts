import type { Cursor } from '@mikro-orm/core';
import { DomainError, PageInfo } from '@plexica/plugin-kit';
import { ArgsType, Field, Int, registerEnumType } from 'type-graphql';

/** The part of a list that is asked for. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many at most, 1 to 100.' })
  first!: number;

  @Field(() => String, { nullable: true, description: 'Only what follows this cursor, the `endCursor` of the page before.' })
  after?: string | null;
}

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const;
export type Direction = keyof typeof Direction;
registerEnumType(Direction, {
  name: 'OrderDirection',
  description: 'Which end of a list comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest, earliest or alphabetically first.' },
    DESC: { description: 'Largest, latest or alphabetically last.' },
  },
});

interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

/** Runs a keyset page; a bad size or cursor is the caller's to put right. */
export const connection = async <Node extends object>(
  { first, after }: PageArgs,
  find: () => Promise<Cursor<Node>>,
): Promise<Connection<Node>> => {
  if (first < 1 || first > 100) throw new DomainError('BAD_USER_INPUT', { message: '`first` is between 1 and 100.', path: ['first'] });
  if (after && !isCursor(after)) throw foreignCursor();
  const page = await find().catch((error) => {
    throw after && speaksOfCursor(error) ? foreignCursor(error) : error;
  });
  const { startCursor, endCursor, hasNextPage, hasPrevPage } = page;
  return {
    edges: page.items.map((node) => ({ cursor: page.from(node), node: node as Node })),
    pageInfo: Object.assign(new PageInfo(), { startCursor, endCursor, hasNextPage, hasPreviousPage: hasPrevPage }),
    totalCount: page.totalCount,
  };
};

/** The pattern for text that holds the words somewhere; undefined for no words. */
export const like = (search: string | null | undefined): string | undefined =>
  search?.trim() ? `%${search.trim().replace(/[\\%_]/g, (character) => `\\${character}`)}%` : undefined;

const isCursor = (text: string): boolean => {
  try {
    return Array.isArray(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return false;
  }
};

// A cursor of another order holds values that the columns of this one refuse.
const speaksOfCursor = (error: unknown) => error instanceof Error && (error.name === 'CursorError' || error.name === 'DriverException');

const foreignCursor = (cause?: unknown) =>
  new DomainError('BAD_USER_INPUT', { message: 'This is not a cursor of this list.', path: ['after'], cause });
