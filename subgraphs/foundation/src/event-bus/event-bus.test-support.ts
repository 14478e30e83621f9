import pg from 'pg';
import pino from 'pino';
import { Registry } from 'prom-client';
import { v7 } from 'uuid';
import { createCommitListener } from '../database/commit-listener.ts';
import { createEventStore, type EventStore } from '../database/event-store.ts';
import { createVault } from '../keys/vault.ts';
import type { EventBus } from './event-bus.ts';
import { openEventBus } from './open-event-bus.ts';

/** A bus as one process has it. */
export interface OpenBus extends AsyncDisposable {
  readonly bus: EventBus;
  readonly store: EventStore;
  readonly metrics: Registry;
  stop(): Promise<void>;
}

export interface BusPlace {
  /** The login that serves requests. */
  readonly url: string;
  readonly installation: string;
  readonly eventsUrl: string;
}

export const openBus = async (
  { url, installation, eventsUrl }: BusPlace,
  log = pino({ level: process.env.TEST_LOG ?? 'silent' }),
): Promise<OpenBus> => {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  pool.on('error', () => {});
  const commits = createCommitListener(url);
  const store = createEventStore(pool, 'http://localhost:4000');
  const metrics = new Registry();
  const vault = createVault('k'.repeat(32));
  const bus = await openEventBus({ url: eventsUrl, installation, store, commits, pool, vault, metrics, newId: v7, log });
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await bus.stop();
      await commits.stop();
      await pool.end();
    })());
  return { bus, store, metrics, stop, [Symbol.asyncDispose]: stop };
};

/** Waits for a fact, and fails when it does not come. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> => {
  for (const end = Date.now() + withinMs; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error(`It did not come to: ${what}`);
};
