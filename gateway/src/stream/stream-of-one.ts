import type { ExecutionResult } from 'graphql';

/** An answer as a stream of one: it is the streams that graphql-ws tells when their client wants no more of them. */
export const streamOfOne = (answer: Promise<ExecutionResult>, giveUp: () => void): AsyncIterableIterator<ExecutionResult> => {
  const { promise: first, resolve, reject } = Promise.withResolvers<IteratorResult<ExecutionResult, undefined>>();
  answer.then((value) => resolve({ done: false, value }), reject);
  let read = false;
  return {
    async next() {
      if (read) return { done: true, value: undefined };
      read = true;
      return first;
    },
    async return() {
      resolve({ done: true, value: undefined });
      giveUp();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
