import { PubSub as Emitter } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import { liveTopics } from './live-topics.ts';
import type { PubSub } from './pubsub.ts';

/** Fan-out within this process; enough while there is only one. */
export const createInProcessPubSub = (log: Logger): PubSub => liveTopics(new Emitter(), log);
