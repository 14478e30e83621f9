/** One line per part that came up, with how long it took. */
export interface Progress {
  /** Shows that `what` is under way after a second, and its time once it is done. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export const createProgress = (print: (line: string) => void): Progress => ({
  async step(what, work) {
    const started = performance.now();
    const slow = setInterval(() => print(`  … ${what} (${seconds(started)} so far)`), 5_000);
    try {
      const result = await work();
      print(`  ✓ ${what} ${seconds(started)}`);
      return result;
    } finally {
      clearInterval(slow);
    }
  },
});

const seconds = (started: number): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
