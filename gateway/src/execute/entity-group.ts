import type { EntityQuestion } from './entity-fetch.ts';
import type { EntityRequest } from './entity-request.ts';
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
  questions: EntityQuestion[];
  sent: PromiseWithResolvers<void>;
  patience: NodeJS.Timeout | undefined;
}

/** How long a fetch waits for others of its group that depend on slower subgraphs. */
const patienceMs = 5;

/** Waits for the group to be sent, and for its answer. */
export const join = (run: Run, group: EntityGroup, question: EntityQuestion, leads: boolean): Promise<void> => {
  const gathering = gatheringOf(run, group);
  gathering.questions.push(question);
  const { promise } = gathering.sent;
  arrive(run, group, gathering, leads);
  return promise;
};

/** Tells that a fetch of the group has nothing to ask in this run. */
export const stayAway = (run: Run, group: EntityGroup, leads: boolean): void => arrive(run, group, gatheringOf(run, group), leads);

const gatheringOf = (run: Run, group: EntityGroup): Gathering => {
  const known = run.gatherings.get(group);
  if (known) return known;
  const gathering: Gathering = {
    absent: group.size,
    absentLeading: group.leading,
    questions: [],
    sent: Promise.withResolvers(),
    patience: undefined,
  };
  run.gatherings.set(group, gathering);
  return gathering;
};

const arrive = (run: Run, group: EntityGroup, gathering: Gathering, leads: boolean): void => {
  gathering.absent -= 1;
  if (leads) gathering.absentLeading -= 1;
  if (gathering.questions.length === 0) return;
  if (gathering.absent === 0) send(run, group, gathering);
  else if (gathering.absentLeading < group.leading) gathering.patience ??= setTimeout(() => send(run, group, gathering), patienceMs);
};

/** Those who come later gather anew. */
const send = (run: Run, group: EntityGroup, gathering: Gathering): void => {
  clearTimeout(gathering.patience);
  const { questions, sent } = gathering;
  gathering.questions = [];
  gathering.sent = Promise.withResolvers();
  gathering.patience = undefined;
  group.request(run, questions).then(sent.resolve, sent.reject);
};
