import { createLogger } from '../telemetry/logger.ts';
import { createInProcessPubSub } from './in-process-pubsub.ts';
import { pubsubContract } from './pubsub.contract.ts';

pubsubContract('in process', async () => {
  const pubsub = createInProcessPubSub(createLogger({ level: 'silent' }));
  return { pubsub, other: pubsub, [Symbol.asyncDispose]: () => pubsub.stop() };
});
