import type { Subgraph, SubgraphContext } from '@plexica/plugin-kit';
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, parse, subscribe, validate } from 'graphql';
import { createTextCache } from '../text-cache.ts';
import type { CallSignal } from './call-signal.ts';
import {
  type SubgraphAnswer,
  type SubgraphCaller,
  type SubgraphConnection,
  type SubgraphOperation,
  SubgraphUnavailableError,
  type UnavailableCode,
} from './subgraph-connection.ts';

export interface InProcessConnectionOptions {
  /** Default `SERVICE_UNAVAILABLE`: what runs in this process is part of the core. */
  readonly unavailableCode?: UnavailableCode;
  /** For it to answer; without end when absent. */
  readonly timeoutMs?: number;
}

type CheckedDocument = ExecutionArgs['document'] | readonly GraphQLError[];

/** Calls a subgraph that lives in this process: claims instead of a token, objects instead of JSON. */
export const createInProcessConnection = (
  subgraph: Subgraph,
  { unavailableCode = 'SERVICE_UNAVAILABLE', timeoutMs }: InProcessConnectionOptions = {},
): SubgraphConnection => {
  const documents = createTextCache<CheckedDocument & object>();
  const documentOf = (query: string): CheckedDocument => {
    const known = documents.get(query);
    if (known) return known;
    const checked = check(subgraph, query);
    documents.set(query, checked);
    return checked;
  };

  const withContext = async (caller: SubgraphCaller): Promise<SubgraphContext | readonly GraphQLError[]> => {
    try {
      const { claims, requestId, traceparent } = caller;
      return await subgraph.contextFor({ claims, requestId, traceparent });
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw new SubgraphUnavailableError(subgraph.name, 'it could not take the call', { cause: error });
    }
  };

  return {
    name: subgraph.name,
    unavailableCode,

    async request({ query, variables }, caller) {
      const document = documentOf(query);
      if (!('kind' in document)) return { errors: document };
      const context = await withContext(caller);
      if (!('call' in context)) return { errors: context };
      const answering = Promise.resolve(execute({ schema: subgraph.schema, document, contextValue: context, variableValues: variables }));
      // An abandoned execution still runs to its end before its context is released.
      const released = answering.finally(() => context.release?.());
      return answerOf(await inTime(orAborted(released, subgraph.name, caller.signal), subgraph.name, timeoutMs));
    },

    async *subscribe({ query, variables }, caller, opened) {
      const document = documentOf(query);
      if (!('kind' in document)) return yield { errors: document };
      const context = await withContext(caller);
      if (!('call' in context)) return yield { errors: context };
      try {
        const events = await subscribe({ schema: subgraph.schema, document, contextValue: context, variableValues: variables });
        if (!(Symbol.asyncIterator in events)) return yield answerOf(events);
        opened?.();
        const stop = () => void events.return(undefined);
        if (caller.signal?.aborted) return stop();
        caller.signal?.addEventListener('abort', stop, { once: true });
        try {
          for await (const event of events) yield answerOf(event);
        } finally {
          caller.signal?.removeEventListener('abort', stop);
        }
      } finally {
        await context.release?.();
      }
    },
  } satisfies SubgraphConnection & { request(operation: SubgraphOperation, caller: SubgraphCaller): Promise<SubgraphAnswer> };
};

const check = (subgraph: Subgraph, query: string): CheckedDocument & object => {
  try {
    const document = parse(query, { noLocation: true });
    const errors = validate(subgraph.schema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
};

const answerOf = ({ data, errors }: ExecutionResult): SubgraphAnswer => ({ data, errors });

const orAborted = async <T>(answer: Promise<T>, name: string, signal: CallSignal | undefined): Promise<T> => {
  if (!signal) return answer;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new SubgraphUnavailableError(name, 'the caller has gone', { cause: signal.reason }));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** The answer, unless it takes longer: then nobody waits for it any more, as for one over HTTP. */
const inTime = <T>(answer: Promise<T>, name: string, timeoutMs: number | undefined): Promise<T> => {
  if (timeoutMs === undefined) return answer;
  return new Promise((resolve, reject) => {
    const late = () => reject(new SubgraphUnavailableError(name, `it took longer than ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
};
