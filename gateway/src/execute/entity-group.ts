import { askBy, type EntityFetch } from './entity-fetch.ts';
import type { EntityList } from './entity-list.ts';
import type { EntityRequest } from './entity-request.ts';
import { reportRounded } from './failure.ts';
import { withoutLists } from './fetch-path.ts';
import type { ResultObject } from './result-object.ts';
import type { Run } from './run.ts';

/** Entity fetches of one subgraph that a plan can make in one call, because none of them needs the answer to another. */
export interface EntityGroup {
  readonly request: EntityRequest;
  /** How many fetches there are. In every run each of them either joins or tells that it will not. */
  readonly size: number;
  /** How many of them others wait for, or could be sent no later. The rest only comes along. */
  readonly leading: number;
}

/** The group of one run. */
export interface Gathering {
  /** Of which nothing was heard yet. */
  absent: number;
  absentLeading: number;
  lists: Map<string, EntityList>;
  sent: PromiseWithResolvers<void>;
  patience: NodeJS.Timeout | undefined;
}

/** How long a fetch waits for others of its group that depend on slower subgraphs. */
const patienceMs = 5;

/** Asks with the group, and waits until it is answered; a fetch that has nothing to ask in this run waits for nobody. */
export const join = async (
  run: Run,
  group: EntityGroup,
  fetch: EntityFetch,
  targets: readonly ResultObject[],
  leads: boolean,
): Promise<void> => {
  const gathering = gatheringOf(run, group);
  const { lists, sent } = gathering;
  const list = lists.get(fetch.listKey) ?? fetch.startList();
  const question = askBy(list, fetch, targets);
  if (list.rounded) {
    list.rounded = false;
    reportRounded(run, withoutLists(fetch.path));
  }
  if (question) lists.set(fetch.listKey, list);
  arrive(run, group, gathering, leads);
  if (question) await sent.promise;
};

/** Tells that a fetch of the group has nothing to ask in this run. */
export const stayAway = (run: Run, group: EntityGroup, leads: boolean): void => arrive(run, group, gatheringOf(run, group), leads);

const gatheringOf = (run: Run, group: EntityGroup): Gathering => {
  const known = run.gatherings.get(group);
  if (known) return known;
  const gathering: Gathering = {
    absent: group.size,
    absentLeading: group.leading,
    lists: new Map(),
    sent: Promise.withResolvers(),
    patience: undefined,
  };
  run.gatherings.set(group, gathering);
  return gathering;
};

const arrive = (run: Run, group: EntityGroup, gathering: Gathering, leads: boolean): void => {
  gathering.absent -= 1;
  if (leads) gathering.absentLeading -= 1;
  if (gathering.lists.size === 0) return;
  if (gathering.absent === 0) send(run, group, gathering);
  else if (gathering.absentLeading < group.leading) gathering.patience ??= setTimeout(() => send(run, group, gathering), patienceMs);
};

/** Those who come later gather anew. */
const send = (run: Run, group: EntityGroup, gathering: Gathering): void => {
  clearTimeout(gathering.patience);
  const { lists, sent } = gathering;
  gathering.lists = new Map();
  gathering.sent = Promise.withResolvers();
  gathering.patience = undefined;
  group.request(run, [...lists.values()]).then(sent.resolve, sent.reject);
};
