import type { Logger } from 'pino';
import type { EdgeEnvironment } from '../config/config.ts';
import { createInProcessPubSub } from './in-process-pubsub.ts';
import type { PubSub } from './pubsub.ts';

/** A client of what is not in use is not even loaded: a start would wait for it. */
export const openPubSub = async (
  { PUBSUB_URL: url, PLEXICA_INSTALLATION: installation }: Pick<EdgeEnvironment, 'PUBSUB_URL' | 'PLEXICA_INSTALLATION'>,
  log: Logger,
): Promise<PubSub> => {
  if (!url.startsWith('redis')) return createInProcessPubSub(log);
  const { createRedisPubSub } = await import('./redis-pubsub.ts');
  return createRedisPubSub({ url, installation }, log);
};
