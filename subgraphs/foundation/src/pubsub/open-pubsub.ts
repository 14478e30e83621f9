import type { Logger } from 'pino';
import type { EdgeEnvironment } from '../config/config.ts';
import { createInProcessPubSub } from './in-process-pubsub.ts';
import type { PubSub } from './pubsub.ts';
import { createRedisPubSub } from './redis-pubsub.ts';

export const openPubSub = async (
  { PUBSUB_URL: url, PLEXICA_INSTALLATION: installation }: Pick<EdgeEnvironment, 'PUBSUB_URL' | 'PLEXICA_INSTALLATION'>,
  log: Logger,
): Promise<PubSub> => (url.startsWith('redis') ? createRedisPubSub({ url, installation }, log) : createInProcessPubSub(log));
