import { GraphQLError, validate } from 'graphql';
import { fragmentsOf } from '../document/fragments.ts';
import type { LiveStream, Pipeline } from '../pipeline.ts';
import { endOfToken } from '../principal/end-of-token.ts';
import { rootFieldNames } from '../principal/public-access.ts';
import { Refusal } from '../problem.ts';
import type { Admitted, Operation } from '../request.ts';
import { circumstancesOf } from './circumstances.ts';
import { createTokenEnd } from './token-end.ts';

export interface RightToStream {
  readonly operation: Operation;
  /** Who asked when it began. */
  readonly admitted: Admitted;
  readonly permit: Pipeline['permit'];
  readonly admitAgain: () => Promise<Admitted>;
  /** Told of whatever changed about the caller and leaves them the right to go on. */
  readonly adopt: LiveStream['adopt'];
  readonly end: (error: GraphQLError) => void;
  readonly everyMs: number;
  readonly spreadMs: number;
}

export interface Watch {
  /** Without waiting for its time. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Every second the caller of a stream is admitted anew: a suspended tenant, an ended session, an expired token or a permission that was
 * taken away end it by that error. It goes on with the rights of now, on the plugin set of now; a set on which it is no longer valid
 * ends it, a while later, by SUPERGRAPH_CHANGED.
 */
export const watchRight = (right: RightToStream): Watch => {
  const { operation, admitted, permit, admitAgain, adopt, end, everyMs, spreadMs } = right;
  const begun = permittedAtStart(operation, admitted, permit);
  let known = circumstancesOf(admitted);
  let judged = admitted.variant;
  let leaving: NodeJS.Timeout | undefined;
  let stopped = false;
  const tokenEnd = createTokenEnd((refusal) => void endUnlessRenewed(refusal));

  const judge = (now: Admitted): void => {
    clearTimeout(leaving);
    leaving = undefined;
    judged = now.variant;
    if (!isStillValid(operation, now)) leave();
  };
  const leave = (): void => {
    leaving = setTimeout(() => end(new Refusal('SUPERGRAPH_CHANGED')), Math.random() * spreadMs);
  };
  const goOn = async (now: Admitted): Promise<void> => {
    const circumstances = circumstancesOf(now);
    if (circumstances.all === known.all) return;
    const lost = permit(operation, now).withheld.some((field) => !begun.has(field));
    if (lost) return end(new Refusal('FORBIDDEN'));
    // A switch concerns all streams of a tenant at once; what changed about one user concerns theirs alone.
    const withinMs = circumstances.set === known.set ? 0 : spreadMs;
    known = circumstances;
    await adopt(now, withinMs);
  };

  const look = async (): Promise<void> => {
    try {
      const now = await admitAgain();
      if (stopped) return;
      tokenEnd.of(now.principal);
      if (now.variant.hash !== judged.hash) judge(now);
      if (!leaving) await goOn(now);
    } catch (error) {
      if (!(error instanceof GraphQLError)) return;
      const code = String(error.extensions.code);
      if (invalid.has(code)) leave();
      // What is away for a moment ends no stream; a refusal does.
      else if (code !== 'SERVICE_UNAVAILABLE') end(error);
    }
  };

  // It may have been renewed since the last look.
  const endUnlessRenewed = async (refusal: Refusal): Promise<void> => {
    const now = await admitAgain().catch(() => undefined);
    if (stopped) return;
    if (now?.principal.kind === 'signed-in' && endOfToken(now.principal.identity) > Date.now()) tokenEnd.of(now.principal);
    else end(refusal);
  };

  tokenEnd.of(admitted.principal);
  const looking = setInterval(() => void look(), everyMs);
  return {
    look,
    stop() {
      stopped = true;
      clearInterval(looking);
      tokenEnd.stop();
      clearTimeout(leaving);
    },
  };
};

/** It was valid when it began: rules beyond the specification's, such as `@listSize`'s, came with the set. */
const invalid: ReadonlySet<string> = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

const permittedAtStart = (operation: Operation, admitted: Admitted, permit: Pipeline['permit']): ReadonlySet<string> => {
  try {
    return new Set(permit(operation, admitted).withheld);
  } catch {
    // Refused as a whole: the stream ends by that refusal before anybody looks again.
    return new Set();
  }
};

/** Once per set and operation: after a switch all its streams ask within a second. */
const validity = new WeakMap<Admitted['variant'], WeakMap<Operation['definition'], boolean>>();

/** `supergraphChanged` announces the switch, so it never ends by one. */
const isStillValid = ({ document, definition }: Operation, { variant }: Admitted): boolean => {
  const known = validity.get(variant) ?? new WeakMap<Operation['definition'], boolean>();
  validity.set(variant, known);
  const valid =
    known.get(definition) ??
    (rootFieldNames(definition.selectionSet, fragmentsOf(document)).includes('supergraphChanged') ||
      validate(variant.supergraph.apiSchema, document).length === 0);
  known.set(definition, valid);
  return valid;
};
