import { GraphQLError, validate } from 'graphql';
import { fragmentsOf } from '../authorization/guarded-fields.ts';
import type { Pipeline } from '../pipeline.ts';
import { rootFieldNames } from '../principal/public-access.ts';
import { Refusal } from '../problem.ts';
import type { Admitted, Operation } from '../request.ts';

export interface RightToStream {
  readonly operation: Operation;
  /** Who asked when it began. */
  readonly admitted: Admitted;
  readonly permit: Pipeline['permit'];
  readonly admitAgain: () => Promise<Admitted>;
  readonly end: (error: GraphQLError) => void;
  readonly everyMs: number;
  readonly spreadMs: number;
}

const longestTimerMs = 2_147_483_647;

/**
 * Every second the caller of a stream is admitted anew: a suspended tenant, an ended session, an expired token or a permission that was
 * taken away end it by that error. A plugin set on which it is no longer valid ends it, a while later, by SUPERGRAPH_CHANGED.
 */
export const watchRight = ({ operation, admitted, permit, admitAgain, end, everyMs, spreadMs }: RightToStream): (() => void) => {
  const begun = permittedAtStart(operation, admitted, permit);
  let judged = admitted.variant;
  let leaving: NodeJS.Timeout | undefined;

  const judge = (now: Admitted) => {
    clearTimeout(leaving);
    leaving = undefined;
    judged = now.variant;
    if (isStillValid(operation, now.variant)) return;
    leaving = setTimeout(() => end(new Refusal('SUPERGRAPH_CHANGED')), Math.random() * spreadMs);
  };

  const look = async () => {
    try {
      const now = await admitAgain();
      if (now.variant.hash !== judged.hash) judge(now);
      if (leaving) return;
      const lost = permit(operation, { ...now, variant: admitted.variant }).withheld.some((field) => !begun.has(field));
      if (lost) end(new Refusal('FORBIDDEN'));
    } catch (error) {
      // What is away for a moment ends no stream; a refusal does.
      if (error instanceof GraphQLError && error.extensions.code !== 'SERVICE_UNAVAILABLE') end(error);
    }
  };

  const { principal } = admitted;
  const restMs = principal.kind === 'signed-in' ? principal.identity.expiresAt * 1000 - Date.now() : longestTimerMs;
  const expire = () => end(new Refusal('UNAUTHENTICATED', { message: 'The access token has expired.' }));
  const expiring = restMs < longestTimerMs ? setTimeout(expire, Math.max(0, restMs)) : undefined;
  const looking = setInterval(() => void look(), everyMs);
  return () => {
    clearInterval(looking);
    clearTimeout(expiring);
    clearTimeout(leaving);
  };
};

const permittedAtStart = (operation: Operation, admitted: Admitted, permit: Pipeline['permit']): ReadonlySet<string> => {
  try {
    return new Set(permit(operation, admitted).withheld);
  } catch {
    // Refused as a whole: the stream ends by that refusal before anybody looks again.
    return new Set();
  }
};

/** `supergraphChanged` announces the switch, so it never ends by one. */
const isStillValid = ({ document, definition }: Operation, { supergraph }: Admitted['variant']): boolean =>
  rootFieldNames(definition.selectionSet, fragmentsOf(document)).includes('supergraphChanged') ||
  validate(supergraph.apiSchema, document).length === 0;
