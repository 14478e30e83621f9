import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { FilterChain } from './change/change.ts';
import { createChangeFor } from './change/create-change-for.ts';
import type { Environment } from './config/config.ts';
import { createDatabase } from './database/create-database.ts';
import type { PersistenceModule } from './database/database.ts';
import { createOperationStore } from './database/operation-store.ts';
import { createOutboxStore } from './database/outbox-store.ts';
import { createSigningKeyStore } from './database/signing-key-store.ts';
import { createPostgresEventBus } from './event-bus/postgres-event-bus.ts';
import type { Foundation } from './foundation.ts';
import type { IdentityProvider } from './identity-provider/identity-provider.ts';
import { createSigningKeys } from './keys/stored-signing-keys.ts';
import { createVault } from './keys/vault.ts';
import { createFolderMailer } from './mailer/folder-mailer.ts';
import { createFolderObjectStorage } from './object-storage/folder-object-storage.ts';
import { createOperations } from './operation/create-operations.ts';
import type { RunDeps } from './operation/run-operation.ts';
import { createInProcessPubSub } from './pubsub/in-process-pubsub.ts';
import { createInProcessSharedState } from './shared-state/in-process-shared-state.ts';
import { createLogger } from './telemetry/logger.ts';

export interface FoundationOptions {
  readonly modules: readonly PersistenceModule[];
  /** Built last, from everything else. */
  readonly identity: (foundation: Omit<Foundation, 'identity'>) => IdentityProvider | Promise<IdentityProvider>;
  readonly log?: Logger;
  readonly clock?: () => Date;
  /** For crash tests: called around each step of an operation. */
  readonly onBoundary?: RunDeps['onBoundary'];
  readonly pauseMs?: RunDeps['pauseMs'];
}

/** The foundation and its end. */
export interface RunningFoundation extends Foundation {
  stop(): Promise<void>;
}

/** Builds every interface from the environment: the scheme of each URL chooses what stands behind it. */
export const createFoundation = async (environment: Environment, options: FoundationOptions): Promise<RunningFoundation> => {
  const log = options.log ?? createLogger({ level: environment.LOG_LEVEL });
  const clock = options.clock ?? (() => new Date());
  const { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl, PLEXICA_INSTALLATION: installation } = environment;

  const database = await createDatabase({ url, ownerUrl, installation, modules: options.modules });
  const pool = new pg.Pool({ connectionString: url, max: 24, application_name: 'plexica-foundation' });
  pool.on('error', (error) => log.debug({ error }, 'an idle connection ended'));
  const outbox = createOutboxStore(pool, url, environment.PLEXICA_URL);
  const pubsub = createInProcessPubSub(log);
  const state = createInProcessSharedState();
  const vault = createVault(environment.PLEXICA_PLATFORM_KEY);
  const keys = await createSigningKeys({ store: createSigningKeyStore(pool), vault, newId: v7, clock });
  const events = createPostgresEventBus({ store: outbox, log });
  const { onBoundary, pauseMs } = options;
  const operations = createOperations({ ownerUrl, store: createOperationStore(pool), outbox, pubsub, clock, log, onBoundary, pauseMs });

  let filters: FilterChain | undefined;
  const admit = async (requested: readonly string[]) => {
    // What fails here is admitted by the sweep: the change is committed and stays so.
    if (requested.length) await operations.admit().catch((error) => log.warn({ error }, 'operations wait for the next sweep'));
  };
  const parts: Omit<Foundation, 'identity'> = {
    database,
    pubsub,
    state,
    events,
    storage: createFolderObjectStorage(fileURLToPath(environment.STORAGE_URL)),
    mailer: createFolderMailer(fileURLToPath(environment.MAIL_URL), { clock, newId: v7 }),
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
    settings: {
      url: environment.PLEXICA_URL,
      baseDomain: environment.PLEXICA_BASE_DOMAIN,
      installation,
      demo: environment.PLEXICA_DEMO,
      pluginHosts: environment.PLEXICA_PLUGIN_HOSTS,
    },
  };
  const cleaning = setInterval(() => void outbox.forget(7).catch((error) => log.warn({ error }, 'old events stay')), 3_600_000);
  cleaning.unref();

  return {
    ...parts,
    identity: await options.identity(parts),
    async stop() {
      clearInterval(cleaning);
      await events.stop();
      await operations.stop();
      await pubsub.stop();
      await state.stop();
      await pool.end();
      await database.stop();
    },
  };
};
