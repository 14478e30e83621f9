import { DomainError, openTracing } from '@plexica/plugin-kit';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { EdgeEnvironment } from './config/config.ts';
import type { Foundation } from './foundation.ts';
import type { SealedSigningKey } from './keys/signing-keys.ts';
import { signingKeysOf } from './keys/stored-signing-keys.ts';
import { createVault } from './keys/vault.ts';
import { openPubSub } from './pubsub/open-pubsub.ts';
import { settingsOf } from './settings.ts';
import { openSharedState } from './shared-state/open-shared-state.ts';
import { createLogger } from './telemetry/logger.ts';

/** What a gateway stands on: of the foundation, all that needs no database. */
export interface Edge extends Pick<Foundation, 'pubsub' | 'state' | 'keys' | 'clock' | 'log' | 'tracer' | 'settings'> {
  stop(): Promise<void>;
}

interface EdgeOptions {
  /** Asked until it answers: processes start in any order. */
  readonly sealedKey: () => Promise<SealedSigningKey>;
  readonly log?: Logger;
}

export const createEdge = async (environment: EdgeEnvironment, options: EdgeOptions): Promise<Edge> => {
  const log = options.log ?? createLogger({ level: environment.LOG_LEVEL });
  const clock = () => new Date();
  const vault = createVault(environment.PLEXICA_PLATFORM_KEY);
  const keys = await signingKeysOf(await answered(options.sealedKey, log), { vault, newId: v7, clock });
  const pubsub = await openPubSub(environment, log);
  const state = await openSharedState(environment, log);
  const tracing = await openTracing(environment, 'plexica-gateway');
  return {
    pubsub,
    state,
    keys,
    clock,
    log,
    tracer: tracing?.tracer,
    settings: settingsOf(environment),
    async stop() {
      await tracing?.stop();
      await pubsub.stop();
      await state.stop();
    },
  };
};

const answered = async <T>(ask: () => Promise<T>, log: Logger): Promise<T> => {
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      log.info({ waitMs }, 'the core is not there yet');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
};
