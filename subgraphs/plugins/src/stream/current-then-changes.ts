/** The current state first, then what each notice leads to. Listens before it reads, so nothing that changes meanwhile is missed. */
export const currentThenChanges = <Notice, State>(
  notices: AsyncIterable<Notice>,
  current: () => Promise<readonly State[]>,
  changed: (notice: Notice) => Promise<readonly (State | null)[]>,
): AsyncIterableIterator<State> => {
  const source = notices[Symbol.asyncIterator]();
  const waiting: State[] = [];
  let next: Promise<IteratorResult<Notice>> | undefined = source.next();
  let begun = false;
  return {
    async next() {
      if (!begun) {
        begun = true;
        waiting.push(...(await current()));
      }
      while (!waiting.length) {
        const notice = await (next ?? source.next());
        next = undefined;
        if (notice.done) return { done: true, value: undefined };
        waiting.push(...(await changed(notice.value)).filter((state) => state !== null));
      }
      return { done: false, value: waiting.shift() as State };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
