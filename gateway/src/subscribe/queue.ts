/** Values on their way from whoever has them to the one who reads them. How many may wait is for the reader to say. */
export interface Queue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** What was pushed before is still read; then comes the error, where there is one. */
  end(error?: unknown): void;
}

export const createQueue = <T>(): Queue<T> => {
  const values: T[] = [];
  let ended: { readonly error: unknown } | undefined;
  let wake = Promise.withResolvers<void>();
  return {
    push(value) {
      values.push(value);
      wake.resolve();
    },
    end(error) {
      ended ??= { error };
      wake.resolve();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const taken = values.splice(0);
        for (const value of taken) yield value;
        if (taken.length > 0) continue;
        if (ended) {
          if (ended.error !== undefined) throw ended.error;
          return;
        }
        await wake.promise;
        wake = Promise.withResolvers();
      }
    },
  };
};
