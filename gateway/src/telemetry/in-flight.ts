/** Counts what is under way, so that a stop can wait for it. */
export const createInFlight = () => {
  let count = 0;
  let empty = () => {};
  return {
    /** Returns what to call at the end. */
    began: (): (() => void) => {
      count += 1;
      return () => {
        count -= 1;
        if (count === 0) empty();
      };
    },
    /** Once nothing is under way, or the time is over. */
    settled: async (withinMs: number): Promise<void> => {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        empty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
};
