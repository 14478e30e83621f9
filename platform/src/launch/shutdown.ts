/** Stops what was started, last first, once; a second Ctrl-C or ten seconds end the process at once, and PostgreSQL by its guard. */
export interface Shutdown {
  /** Called in reverse order of registration. */
  onStop(what: string, stop: () => Promise<void>): void;
  stop(): Promise<void>;
  /** Whether somebody asked to stop: what fails now fails because of that. */
  isStopping(): boolean;
  /** Listens for Ctrl-C, SIGTERM and SIGHUP, and for the death of the process that started us. */
  listen(): void;
}

const sameSignalMs = 500;

export const createShutdown = (print: (line: string) => void): Shutdown => {
  const parts: { what: string; stop: () => Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;
  let since = 0;

  const stopAll = async () => {
    for (const { what, stop } of parts.reverse()) {
      await stop().catch((error: unknown) => print(`  ! ${what} did not stop cleanly: ${error instanceof Error ? error.message : error}`));
    }
  };
  const leave = (reason: string) => {
    if (stopping) {
      // A terminal's Ctrl-C reaches us, and once more by way of a runner above us that passes it on.
      if (performance.now() - since > sameSignalMs) process.exit(130);
      return;
    }
    since = performance.now();
    print(`\n${reason}, stopping ...`);
    setTimeout(() => process.exit(1), 9_000).unref();
    stopping = stopAll();
    void stopping.then(() => {
      print('Stopped.');
      process.exit(0);
    });
  };
  return {
    onStop: (what, stop) => void parts.push({ what, stop }),
    stop: () => (stopping ??= stopAll()),
    isStopping: () => stopping !== undefined,
    listen() {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => leave(signal === 'SIGINT' ? 'Ctrl-C' : signal));
      // A part that is still coming up may break when what it stands on goes away first.
      process.on('uncaughtException', (error) => {
        if (stopping) return;
        print(`\n  Something failed that nobody foresaw: ${error.message}`);
        leave('After that');
      });
      const parent = process.ppid;
      // npx and pnpm don't pass every signal on: when they are gone, nobody is left who could stop us.
      setInterval(() => process.ppid !== parent && !stopping && leave('The command that started Plexica ended'), 500).unref();
    },
  };
};
