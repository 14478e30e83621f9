import type { Cursor } from '@mikro-orm/core';

import { ArgsType, Field, Int, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DomainError } from '../errors/domain-error.ts';
import type { PageInfo } from '../subgraph/frozen-types.ts';

const defaultSize = 20;

/** Which part of a list is asked for. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultSize,
    description: 'How many at most, from 1 to 100; `BAD_USER_INPUT` otherwise.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Where to go on: the `endCursor` of the page before.' })
  after?: string | null;
}

export const OrderDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Which end of a list comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest, earliest or alphabetically first.' },
    DESC: { description: 'Largest, latest or alphabetically last.' },
  },
});

/** A page of a list with its place in the whole. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

const cursorParts = z.array(z.union([z.string(), z.number(), z.null()])).min(1);

/** Finds one page by keyset; a bad size or a foreign cursor is BAD_USER_INPUT. */
export const onePage = async <Node extends object>(
  { first: size, after }: PageArgs,
  find: (page: { first: number; after?: string }) => Promise<Cursor<Node>>,
): Promise<Connection<Node>> => {
  const first = size ?? defaultSize;
  if (first < 1 || first > 100) throw new DomainError('BAD_USER_INPUT', { message: '`first` is from 1 to 100.', path: ['first'] });
  if (after != null) checkCursor(after);
  const page = await find({ first, ...(after != null && { after }) }).catch((error: unknown) => {
    throw after != null && speaksOfCursor(error) ? foreignCursor(error) : error;
  });
  return {
    edges: page.items.map((node) => ({ cursor: page.from(node), node: node as Node })),
    pageInfo: {
      startCursor: page.startCursor,
      endCursor: page.endCursor,
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPrevPage,
    },
    totalCount: page.totalCount,
  };
};

const checkCursor = (cursor: string): void => {
  try {
    cursorParts.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw foreignCursor(error);
  }
};

// A cursor of another order holds values that the columns of this one refuse.
const speaksOfCursor = (error: unknown): boolean => error instanceof Error && ['CursorError', 'DriverException'].includes(error.name);

const foreignCursor = (cause: unknown) =>
  new DomainError('BAD_USER_INPUT', { message: 'This is no cursor of this list in this order.', path: ['after'], cause });

/** The pattern for text that holds the words somewhere, for a LIKE; undefined for no words. */
export const like = (search: string | null | undefined): string | undefined =>
  search?.trim() ? `%${search.trim().replace(/[\\%_]/g, (character) => `\\${character}`)}%` : undefined;
