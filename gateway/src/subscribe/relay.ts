import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';
import type { Bound } from './course.ts';
import { createOverlap } from './overlap.ts';
import type { Membership, UpstreamListener, Upstreams } from './upstreams.ts';

/** Follows the events of one subscription, wherever they come from as of now. */
export interface Relay {
  /** From now on by this course. Where that has another source of events, it is moved to within a time: many may have to at once. */
  adopt(course: Bound, withinMs?: number): void;
  stop(): void;
}

export interface RelayOptions {
  readonly upstreams: Upstreams;
  /** An event, and the course by which it is to be answered. */
  readonly event: (course: Bound, event: SubgraphAnswer) => void;
  readonly end: (course: Bound, error?: unknown) => void;
  /** Called when the source breaks off: it may have moved. Settles once a course that is known by then was adopted. */
  readonly lookAgain?: () => Promise<void>;
  /** How long both sources are listened to, once the new one listens. */
  readonly overlapMs?: number;
  /** After how long one who was told apart how things stand joins the others. */
  readonly apartMs?: number;
}

/** One source of the events. */
interface Leg {
  course: Bound;
  membership?: Membership;
  ended?: { readonly error: unknown };
}

type Join = (course: Bound, listener: UpstreamListener) => Membership | undefined;

const retryMs = 1_000;

/** Moves without a gap: the old source is left when the new one has listened for a while, and what both bring is told once. */
export const startRelay = (first: Bound, options: RelayOptions): Relay => {
  const { upstreams, lookAgain = async () => {}, overlapMs = 500, apartMs = 2_000 } = options;
  let isRepeated: ReturnType<typeof createOverlap> | undefined;
  let coming: Leg | undefined;
  let newest: Leg | undefined;
  let planned: { course: Bound; readonly timer: NodeJS.Timeout } | undefined;
  let settling: NodeJS.Timeout | undefined;
  let joining: NodeJS.Timeout | undefined;
  let openedAnew = false;
  let stopped = false;

  const newly: Join = ({ address }, listener) => upstreams.join(address, listener);
  const late: Join = ({ address }, listener) => upstreams.joinLate(address, listener);
  const listen = (course: Bound, join: Join): Leg => {
    const leg: Leg = { course };
    leg.membership = join(course, {
      event: (event) => {
        openedAnew = false;
        if (!isRepeated?.(leg === newest ? 'coming' : 'leaving', event)) options.event(leg.course, event);
      },
      end: (error) => {
        leg.ended = { error };
        if (stopped) return;
        if (leg === coming) arrivalFailed(leg);
        else void sourceEnded(leg);
      },
    });
    return leg;
  };

  const arrivalFailed = ({ course }: Leg): void => {
    abandonMove();
    if (current.ended) finish(current);
    else if (course.address.key !== current.course.address.key) plan(course, retryMs);
  };
  const sourceEnded = async (leg: Leg): Promise<void> => {
    if (leg.ended?.error !== undefined && !coming && !planned) await lookAgain().catch(() => {});
    if (leg !== current || stopped) return;
    if (coming) arrived(coming);
    else if (planned) moveToPlanned();
    else if (mayOpenAnew(leg)) move(leg.course, newly);
    else finish(leg);
  };
  // Whoever opened it may have lost the right to it, and the others have not. Once, until something comes again: it may be away for all.
  const mayOpenAnew = ({ membership, ended }: Leg): boolean => {
    const may = ended?.error !== undefined && membership?.shared === true && !openedAnew;
    openedAnew ||= may;
    return may;
  };
  const finish = ({ course, ended }: Leg): void => {
    relay.stop();
    options.end(course, ended?.error);
  };

  const plan = (course: Bound, withinMs: number): void => {
    clearTimeout(planned?.timer);
    planned = { course, timer: setTimeout(moveToPlanned, Math.random() * withinMs) };
  };
  const unplan = (): void => {
    clearTimeout(planned?.timer);
    planned = undefined;
  };
  const moveToPlanned = (): void => {
    const course = planned?.course;
    unplan();
    if (course) move(course, newly);
  };
  const move = (course: Bound, join: Join): void => {
    abandonMove();
    isRepeated = createOverlap();
    const leg = listen(course, join);
    if (!leg.membership) {
      isRepeated = undefined;
      return;
    }
    coming = leg;
    newest = leg;
    void leg.membership.opened.then(() => {
      if (coming === leg) settling = setTimeout(() => arrived(leg), overlapMs);
    });
    if (current.ended) arrived(leg);
  };
  const arrived = (leg: Leg): void => {
    clearTimeout(settling);
    current.membership?.leave();
    current = leg;
    coming = undefined;
    // What the old one brought last may still be on its way by the new one.
    settling = setTimeout(() => {
      isRepeated = undefined;
    }, overlapMs);
    joinOthers();
  };
  const abandonMove = (): void => {
    clearTimeout(settling);
    coming?.membership?.leave();
    coming = undefined;
    isRepeated = undefined;
  };
  const joinOthers = (): void => {
    clearTimeout(joining);
    if (!current.membership?.apart) return;
    joining = setTimeout(() => !coming && !current.ended && move(current.course, late), apartMs);
  };

  let current = listen(first, newly);
  joinOthers();
  const relay: Relay = {
    adopt(course, withinMs = 0) {
      if (stopped) return;
      const { key } = course.address;
      if (key === current.course.address.key && !current.ended) {
        unplan();
        if (coming && key !== coming.course.address.key) abandonMove();
        if (coming) coming.course = course;
        current.course = course;
      } else if (key === coming?.course.address.key) coming.course = course;
      else if (key === planned?.course.address.key) planned.course = course;
      else if (key !== current.course.address.key) plan(course, current.ended ? 0 : withinMs);
    },
    stop() {
      stopped = true;
      clearTimeout(joining);
      unplan();
      abandonMove();
      current.membership?.leave();
    },
  };
  return relay;
};
