import pg from 'pg';
import { connectionOptions } from './connection-options.ts';

/** Word of each commit that put something into the outbox. Word may get lost with its connection: who listens also looks now and then. */
export interface CommitListener {
  /** Answers a function that stops. Called once more whenever the connection is there anew. */
  onCommit(listener: () => void): () => void;
  stop(): Promise<void>;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** One connection for all who listen, made anew whenever it ends. */
export const createCommitListener = (url: string): CommitListener => {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (failures: number): Promise<void> => {
    const listening = new pg.Client(connectionOptions(url, { poolMax: 1, statementTimeoutMs: 5_000, applicationName: 'plexica-outbox' }));
    let over = false;
    const again = () => {
      if (over || stopped) return;
      over = true;
      retry = setTimeout(() => void connect(failures + 1), Math.min(firstPauseMs * 2 ** failures, longestPauseMs));
      retry.unref();
    };
    client = listening;
    listening.on('notification', tell);
    listening.on('error', again);
    listening.on('end', again);
    try {
      await listening.connect();
      await listening.query('listen plexica_outbox');
      failures = 0;
      tell();
    } catch {
      again();
      await listening.end().catch(() => {});
    }
  };
  void connect(0);

  return {
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
};
