import { openTracing } from '@plexica/plugin-kit';
import pg from 'pg';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { v7 } from 'uuid';
import type { FilterChain } from './change/change.ts';
import { createChangeFor } from './change/create-change-for.ts';
import type { Environment } from './config/config.ts';
import { createCommitListener } from './database/commit-listener.ts';
import { connectionOptions } from './database/connection-options.ts';
import { appDefaults, createDatabase } from './database/create-database.ts';
import type { PersistenceModule } from './database/database.ts';
import { createEventStore, type EventStore } from './database/event-store.ts';
import { createOperationStore } from './database/operation-store.ts';
import { createRequestStore } from './database/request-store.ts';
import { createSigningKeyStore } from './database/signing-key-store.ts';
import { openEventBus } from './event-bus/open-event-bus.ts';
import type { Foundation } from './foundation.ts';
import type { IdentityProvider } from './identity-provider/identity-provider.ts';
import { createSigningKeys } from './keys/stored-signing-keys.ts';
import { createVault } from './keys/vault.ts';
import { openMailer } from './mailer/open-mailer.ts';
import { openObjectStorage } from './object-storage/open-object-storage.ts';
import { createOperations } from './operation/create-operations.ts';
import { createOperationQueue } from './operation/operation-queue.ts';
import type { RunDeps } from './operation/run-operation.ts';
import { openPubSub } from './pubsub/open-pubsub.ts';
import { settingsOf } from './settings.ts';
import { openSharedState } from './shared-state/open-shared-state.ts';
import { createLogger } from './telemetry/logger.ts';

export interface FoundationOptions {
  readonly modules: readonly PersistenceModule[];
  /** Built last, from everything else. */
  readonly identity: (foundation: Omit<Foundation, 'identity'>) => IdentityProvider | Promise<IdentityProvider>;
  readonly log?: Logger;
  /** How its spans call this process, unless the environment says. */
  readonly service?: string;
  /** Where the foundation's gauges are kept; a registry of its own when absent. */
  readonly metrics?: Registry;
  readonly clock?: () => Date;
  /** For crash tests: called around each step of an operation. */
  readonly onBoundary?: RunDeps['onBoundary'];
  readonly pauseMs?: RunDeps['pauseMs'];
}

/** The foundation and its end. */
export interface RunningFoundation extends Foundation {
  stop(): Promise<void>;
}

/** Builds every interface from the environment: the scheme of each URL chooses what stands behind it. Leaves nothing open when a part fails. */
export const createFoundation = async (environment: Environment, options: FoundationOptions): Promise<RunningFoundation> => {
  await using opened = new AsyncDisposableStack();
  const log = options.log ?? createLogger({ level: environment.LOG_LEVEL });
  const clock = options.clock ?? (() => new Date());
  const { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl, PLEXICA_INSTALLATION: installation } = environment;

  const tracing = await openTracing(environment, options.service ?? 'plexica');
  opened.defer(() => tracing?.stop());
  const database = await createDatabase({ url, ownerUrl, installation, modules: options.modules });
  opened.defer(() => database.stop());
  const asked = connectionOptions(url, { ...appDefaults, applicationName: 'plexica-foundation' });
  // Apart from those that serve requests: each operation and each tenant's events hold one while they are worked on.
  const pool = new pg.Pool({ ...asked, max: asked.max + 4 });
  opened.defer(() => pool.end());
  pool.on('error', (error) => log.debug({ error }, 'an idle connection ended'));
  const commits = createCommitListener(url);
  opened.defer(() => commits.stop());
  const store = createEventStore(pool, environment.PLEXICA_URL);
  const state = await openSharedState(environment, log);
  opened.defer(() => state.stop());
  const pubsub = await openPubSub(environment, log);
  opened.defer(() => pubsub.stop());
  const vault = createVault(environment.PLEXICA_PLATFORM_KEY);
  const keys = await createSigningKeys({ store: createSigningKeyStore(pool), vault, newId: v7, clock });
  const operations = createOperations({
    queue: createOperationQueue({ ownerUrl, log }),
    store: createOperationStore(pool),
    requests: createRequestStore(pool),
    commits,
    pubsub,
    clock,
    log,
    onBoundary: options.onBoundary,
    pauseMs: options.pauseMs,
  });
  opened.defer(() => operations.stop());
  const metrics = options.metrics ?? new Registry();
  const events = await openEventBus({ url: environment.EVENTS_URL, installation, store, commits, pool, vault, metrics, newId: v7, log });
  opened.defer(() => events.stop());
  opened.defer(startCleaning(store, log));

  const mailer = await openMailer(environment, { clock, newId: v7 });
  opened.defer(() => mailer.stop?.());

  let filters: FilterChain | undefined;
  const admit = async (requested: readonly string[]) => {
    // What fails here is admitted by the sweep: the change is committed and stays so.
    if (requested.length) await operations.admit(requested).catch((error) => log.warn({ error }, 'operations wait for the next sweep'));
  };
  const parts: Omit<Foundation, 'identity'> = {
    database,
    pubsub,
    state,
    events,
    storage: await openObjectStorage(environment),
    mailer,
    operations,
    keys,
    vault,
    changeFor: createChangeFor({ database, newId: v7, clock, filters: () => filters, admit }),
    useFilters: (chain) => {
      filters = chain;
    },
    clock,
    newId: v7,
    log,
    tracer: tracing?.tracer,
    metrics,
    settings: settingsOf(environment),
  };
  const identity = await options.identity(parts);
  const running = opened.move();
  return { ...parts, identity, stop: () => running.disposeAsync() };
};

const eventsKeptDays = 7;
const cleaningEveryMs = 3_600_000;

/** Keeps the outbox small; answers a function that stops. */
const startCleaning = (store: EventStore, log: Logger): (() => void) => {
  const clean = () => void store.forget(eventsKeptDays).catch((error) => log.warn({ error }, 'old events stay'));
  const cleaning = setInterval(clean, cleaningEveryMs).unref();
  return () => clearInterval(cleaning);
};
