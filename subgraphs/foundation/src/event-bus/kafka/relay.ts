import type { PlexicaEvent } from '@plexica/schema';
import type { Kafka, Producer } from 'kafkajs';
import { relayGroup } from '../../database/event-store.ts';
import type { Consumer } from '../event-bus.ts';
import { consumeOutbox, type OutboxDeps } from '../outbox-consumer.ts';
import { leave } from './connection.ts';
import type { EventCipher } from './event-cipher.ts';
import { toMessage } from './event-message.ts';
import { type EventTopic, makeTopic } from './topic.ts';

export interface RelayDeps extends OutboxDeps {
  readonly kafka: Kafka;
  readonly topic: EventTopic;
  readonly cipher: EventCipher;
}

const tenantsAtOnce = 4;
/** Kafka is tried again this soon, however long it was away. */
const longestPauseMs = 2_000;

/** Sends the outbox to Kafka. Each tenant has one active relay, whichever process it is in; the others stand by. */
export const startRelay = ({ kafka, topic, cipher, ...outbox }: RelayDeps): Consumer => {
  let producer: Promise<Producer> | undefined;

  const open = async (): Promise<Producer> => {
    await makeTopic(kafka, topic);
    // The outbox tries again, with a fresh producer; one that tries by itself holds on to a broker that hangs.
    const retry = { retries: 1 };
    const opened = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, retry });
    await opened.connect();
    return opened;
  };
  const send = async (event: PlexicaEvent): Promise<void> => {
    producer ??= open();
    const current = producer;
    try {
      const message = await toMessage(event, cipher);
      await (await current).send({ topic: topic.name, acks: -1, messages: [message] });
    } catch (error) {
      // After a failure an idempotent producer counts otherwise than the broker does; a fresh one begins anew.
      if (producer === current) producer = undefined;
      void close(current);
      throw error;
    }
  };

  const relay = consumeOutbox(outbox, { group: relayGroup, handler: send, tenantsAtOnce, longestPauseMs });
  return {
    async stop() {
      await relay.stop();
      if (producer) await close(producer);
    },
  };
};

const close = async (producer: Promise<Producer>): Promise<void> => {
  await leave(producer.then((opened) => opened.disconnect()));
};
