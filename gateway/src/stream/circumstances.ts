import type { Admitted } from '../request.ts';

/** Everything about a caller that decides how a stream of theirs runs, as a text to be compared. */
export interface Circumstances {
  /** The plugin set, and where and how its plugins run: the same for a whole tenant. */
  readonly set: string;
  readonly all: string;
}

export const circumstancesOf = ({ variant, tenant, principal }: Admitted): Circumstances => {
  const set = JSON.stringify([variant.hash, tenant?.slug, tenant?.plugins]);
  if (principal.kind === 'anonymous') return { set, all: set };
  const { user, roles, permissions, added, identity } = principal;
  return { set, all: set + JSON.stringify([user, roles, permissions, added, identity.session]) };
};
