import { type ExecutionResult, GraphQLError, Kind, validate } from 'graphql';
import type { Admitted, Operation, Pipeline, RequestContext } from '../pipeline.ts';
import { forClients, Refusal } from '../problem.ts';

export interface WatchOptions {
  /** How often the right to the stream is looked at again. */
  readonly everyMs?: number;
  /** Streams that a new plugin set no longer has end within this time, not all at once. */
  readonly spreadMs?: number;
}

/**
 * A subscription for as long as its caller has a right to it. Every second the caller is admitted anew: a suspended tenant,
 * an ended session or an expired token end the stream by an error; so does a plugin set on which it is no longer valid.
 */
export async function* watchedStream(
  operation: Operation,
  context: RequestContext,
  pipeline: Pipeline,
  admitAgain: () => Promise<Admitted>,
  { everyMs = 1_000, spreadMs = 20_000 }: WatchOptions = {},
): AsyncGenerator<ExecutionResult> {
  const ended = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, ended.signal]) : ended.signal;
  let lastWord: GraphQLError | undefined;
  const end = (error: GraphQLError) => {
    lastWord ??= error;
    ended.abort();
  };
  const stopWatching = watch(operation, context, admitAgain, end, everyMs, spreadMs);
  try {
    for await (const result of pipeline.stream(operation, { ...context, signal })) yield result;
    if (lastWord) yield { errors: [forClients(lastWord)] };
  } finally {
    stopWatching();
    ended.abort();
  }
}

const watch = (
  operation: Operation,
  { admitted }: RequestContext,
  admitAgain: () => Promise<Admitted>,
  end: (error: GraphQLError) => void,
  everyMs: number,
  spreadMs: number,
): (() => void) => {
  let leaving: NodeJS.Timeout | undefined;
  let judged = admitted.variant.hash;
  const look = async () => {
    try {
      const { variant } = await admitAgain();
      if (variant.hash === judged) return;
      judged = variant.hash;
      clearTimeout(leaving);
      leaving = undefined;
      if (stillValid(operation, variant)) return;
      leaving = setTimeout(() => end(new Refusal('SUPERGRAPH_CHANGED')), Math.random() * spreadMs);
    } catch (error) {
      // What is away for a moment ends no stream; a refusal does.
      if (error instanceof GraphQLError && error.extensions.code !== 'SERVICE_UNAVAILABLE') end(error);
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  const { principal } = admitted;
  const expiry = principal.kind === 'signed-in' ? principal.identity.expiresAt * 1000 - Date.now() : undefined;
  const expiring =
    expiry === undefined
      ? undefined
      : setTimeout(() => end(new Refusal('UNAUTHENTICATED', { message: 'The access token has expired.' })), Math.max(0, expiry));
  return () => {
    clearInterval(timer);
    clearTimeout(expiring);
    clearTimeout(leaving);
  };
};

/** `supergraphChanged` announces the switch, so it never ends by one. */
const stillValid = ({ document, definition }: Operation, { supergraph }: Admitted['variant']): boolean => {
  const [field] = definition.selectionSet.selections;
  if (field?.kind === Kind.FIELD && field.name.value === 'supergraphChanged') return true;
  return validate(supergraph.apiSchema, document).length === 0;
};
