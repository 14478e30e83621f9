import type { EntityFetch } from './entity-fetch.ts';
import type { EntityGroup } from './entity-group.ts';
import type { EntityRequest } from './entity-request.ts';

/** Where a fetch stands in its plan. */
export interface Placement {
  readonly fetch: EntityFetch;
  /** How many fetches one after the other come before it at most. */
  readonly level: number;
  /** Whether anything in the plan waits for it. */
  readonly awaited: boolean;
}

/** The group that a placement was given; `leads` unless it merely comes along with a later call. */
export interface Membership {
  readonly group: EntityGroup;
  readonly leads: boolean;
}

/**
 * Puts the fetches of one subgraph at one level into one group. A fetch that nothing waits for moves down to the next call
 * that its subgraph gets anyway, which the answer has to wait for as well.
 */
export const groupFetches = (placements: readonly Placement[], request: EntityRequest): ReadonlyMap<Placement, Membership> => {
  const memberships = new Map<Placement, Membership>();
  for (const ofService of Map.groupBy(placements, ({ fetch }) => fetch.service).values()) {
    const last = Math.max(...ofService.map(({ level }) => level));
    const stays = ({ level, awaited }: Placement): boolean => awaited || level === last;
    const levels = [...new Set(ofService.filter(stays).map(({ level }) => level))].toSorted((a, b) => a - b);
    const levelOf = (placement: Placement): number =>
      stays(placement) ? placement.level : (levels.find((level) => level > placement.level) ?? placement.level);

    for (const members of Map.groupBy(ofService, levelOf).values()) {
      const group: EntityGroup = { request, size: members.length, leading: members.filter(stays).length };
      for (const member of members) memberships.set(member, { group, leads: stays(member) });
    }
  }
  return memberships;
};
