import { errorRegistry } from '@plexica/schema';
import { GraphQLError } from 'graphql';
import type { ResponsePath } from './fetch-path.ts';
import { isResultObject } from './result-object.ts';
import type { Run } from './run.ts';
import type { SubgraphError, UnavailableCode } from './subgraph-connection.ts';

/**
 * A subgraph's own error, with its message and code, at the place in the whole answer. Without a code it was not meant for the client;
 * what it says to HTTP was meant for its own answer.
 */
export const subgraphFailure = (error: SubgraphError, service: string, path: ResponsePath | undefined): GraphQLError => {
  const { http: _, ...extensions } = error.extensions ?? {};
  return new GraphQLError(error.message || `The subgraph "${service}" failed without a message`, {
    path: path ? [...path] : undefined,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions, service },
  });
};

/** Of one answer: an error of an entity is told at every place where it stands, and there may be a million. */
const errorsAtMost = 1_000;

/** Of a message, which a subgraph may make as long as it likes and which may be told a thousand times. */
const comparedCharacters = 1_000;

/** How many errors may still be told. */
export const roomForErrors = ({ errors }: Run): number => Math.max(0, errorsAtMost - errors.length);

/** Tells an error of a subgraph, unless it was told the same when something else was asked: two fetches may ask for one field of one object. */
export const tellOnce = (run: Run, error: GraphQLError, asked: object): void => {
  if (error.path) {
    const what = JSON.stringify([error.path, error.message.slice(0, comparedCharacters), error.extensions.code]);
    run.told ??= new Map();
    if ((run.told.get(what) ?? asked) !== asked) return;
    run.told.set(what, asked);
  }
  run.errors.push(error);
};

/** The errors of an answer as far as they can be read: a subgraph may send anything in their place. */
export const readableErrors = (errors: unknown): readonly SubgraphError[] =>
  (Array.isArray(errors) ? errors : []).filter(isResultObject).map(({ message, path, extensions }) => ({
    message: typeof message === 'string' ? message : '',
    path: Array.isArray(path) ? path.filter((part) => typeof part === 'string' || typeof part === 'number') : undefined,
    extensions: isResultObject(extensions) ? extensions : undefined,
  }));

/** Reports, once per request, that a subgraph does not answer. Its fields stay null. */
export const reportUnavailable = (run: Run, service: string, path: ResponsePath, cause: unknown): void => {
  if (run.unavailable.has(service)) return;
  run.unavailable.add(service);
  run.errors.push(unavailable(service, unavailableCode(run, service), path, cause));
};

/** Reports that entities below this path could not be asked about. */
export const reportRounded = (run: Run, path: ResponsePath): void => {
  const message =
    'An entity has, in its key or in what a field requires, an integer that JSON has rounded; nothing more can be asked of it.';
  run.errors.push(new GraphQLError(message, { path: [...path], extensions: { code: 'VALUE_UNREPRESENTABLE' } }));
};

/** The error of a subgraph that does not answer. */
export const unavailable = (service: string, code: UnavailableCode, path: ResponsePath, cause: unknown): GraphQLError =>
  new GraphQLError(errorRegistry[code].en, {
    path: path.length > 0 ? [...path] : undefined,
    originalError: cause instanceof Error ? cause : undefined,
    extensions: code === 'PLUGIN_UNAVAILABLE' ? { code, service } : { code },
  });

const unavailableCode = (run: Run, service: string): UnavailableCode => {
  try {
    return run.connections(service).unavailableCode ?? 'PLUGIN_UNAVAILABLE';
  } catch {
    // Nobody knows how to reach it: to the client it is away all the same.
    return 'PLUGIN_UNAVAILABLE';
  }
};
