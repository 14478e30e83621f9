import { setTimeout as pause } from 'node:timers/promises';
import type { EachBatchPayload, Kafka, Consumer as KafkaJsConsumer, KafkaMessage } from 'kafkajs';
import type { SentEvent } from '../../database/event-store.ts';
import type { Consumer, EventHandler } from '../event-bus.ts';
import { consumeOutbox, type OutboxDeps } from '../outbox-consumer.ts';
import { leave } from './connection.ts';
import type { EventCipher } from './event-cipher.ts';
import { readMessage } from './event-message.ts';
import { type EventTopic, makeTopic } from './topic.ts';

export interface KafkaConsumerDeps extends OutboxDeps {
  readonly kafka: Kafka;
  readonly topic: EventTopic;
  readonly cipher: EventCipher;
  /** The name of a group at the brokers. */
  readonly groupId: (group: string) => string;
  /** A tenant may keep the others of its partition waiting for so long. */
  readonly patienceMs: number;
  /** An event that was sent and not seen for so long is taken from the outbox. */
  readonly overdueMs: number;
}

const partitionsAtOnce = 2;
const tenantsAtOnce = 2;
const heartbeatMs = 2_000;
/** The partitions of a member that was killed are given to the others after this. */
const sessionMs = 10_000;
const againMs = 500;
const longestAgainMs = 5_000;

/**
 * Takes events from Kafka. Where a tenant stands is kept in the database, as for the outbox: an event that comes twice is passed over,
 * and a tenant whose event failed, got lost or takes long goes on from the outbox, while the partition moves on for all others.
 */
export const startKafkaConsumer = (deps: KafkaConsumerDeps, group: string, handler: EventHandler): Consumer => {
  const { store, log, kafka, topic, cipher } = deps;
  const ending = new AbortController();
  const goOn = () => !ending.signal.aborted;
  const rest = (ms: number) => pause(ms, undefined, ending).catch(() => {});
  const slow = new Set<Promise<void>>();

  const acceptAll = async (tenantId: string, events: readonly SentEvent[]): Promise<void> => {
    let inTime = true;
    const accepting = untilDone(() => store.accept({ group, tenantId, events, handler, goOn: () => inTime && goOn() }));
    const patience = new AbortController();
    const late = pause(deps.patienceMs, 'late', patience).catch(() => undefined);
    const outcome = await Promise.race([accepting, late]);
    patience.abort();
    if (outcome !== 'late') return;
    await untilDone(() => store.leaveToOutbox(group, tenantId));
    inTime = false;
    slow.add(accepting);
    void accepting.finally(() => slow.delete(accepting));
  };

  // The database may be away for a while; nothing is passed over for that.
  const untilDone = async (work: () => Promise<void>): Promise<void> => {
    while (goOn()) {
      try {
        return await work();
      } catch (error) {
        log.warn({ error, group }, 'events could not be accepted');
        await rest(againMs);
      }
    }
  };

  const sentEvents = (messages: readonly KafkaMessage[]): Map<string, SentEvent[]> => {
    const byTenant = new Map<string, SentEvent[]>();
    for (const raw of messages) {
      const message = readMessage(raw);
      if (!message) {
        log.warn({ group, offset: raw.offset }, 'a message that is no event is passed over');
        continue;
      }
      const { id, tenantid: tenant, sequence } = message.attributes;
      const read = async () => {
        const event = await message.open(cipher);
        if (!event) log.warn({ group, tenant, event: id }, 'an event can not be read any more: the key of its tenant is gone');
        return event;
      };
      byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), { sequence, read }]);
    }
    return byTenant;
  };

  const eachBatch = async ({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> => {
    // A heartbeat that fails means that the partition is somebody else's: what both handle, the database sorts out.
    const beating = setInterval(() => void heartbeat().catch(() => {}), heartbeatMs);
    try {
      const waiting = [...sentEvents(batch.messages)];
      const work = async () => {
        for (let next = waiting.shift(); next && goOn(); next = waiting.shift()) await acceptAll(...next);
      };
      await Promise.all(Array.from({ length: tenantsAtOnce }, work));
      if (goOn()) resolveOffset(batch.lastOffset());
    } finally {
      clearInterval(beating);
    }
  };

  /** One membership of the group, until it breaks or is over. */
  const membership = async (): Promise<void> => {
    await makeTopic(kafka, topic);
    const member = kafka.consumer({
      groupId: deps.groupId(group),
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 1_000,
      sessionTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
    });
    const crashed = crashOf(member);
    try {
      await member.connect();
      await member.subscribe({ topics: [topic.name], fromBeginning: true });
      await member.run({ partitionsConsumedConcurrently: partitionsAtOnce, eachBatchAutoResolve: false, eachBatch });
      const over = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve(), { once: true }));
      if (goOn()) await Promise.race([crashed, over]);
    } finally {
      await member.disconnect().catch(() => {});
    }
  };

  const stayMember = async () => {
    for (let failures = 0; goOn(); ) {
      try {
        await membership();
        failures = 0;
      } catch (error) {
        log.warn({ error, group }, 'events can not be had from Kafka');
        await rest(Math.min(againMs * 2 ** failures++, longestAgainMs));
      }
    }
    await Promise.all(slow);
  };

  const watchOverdue = async () => {
    while (goOn()) {
      await store.leaveOverdue(group, deps.overdueMs).catch((error) => log.warn({ error, group }, 'overdue events stay'));
      await rest(deps.overdueMs / 10);
    }
  };

  const running = Promise.all([stayMember(), watchOverdue()]);
  const behind = consumeOutbox(deps, { group, handler, tenantsAtOnce, catchingUp: true });
  return {
    async stop() {
      ending.abort();
      // What is at work by then is among the slow ones.
      await Promise.all([leave(running).then(() => Promise.all(slow)), behind.stop()]);
    },
  };
};

/** kafkajs restarts by itself after most faults, and says so; after the others it stands still. */
const crashOf = (member: KafkaJsConsumer): Promise<never> => {
  const crash = Promise.withResolvers<never>();
  crash.promise.catch(() => {});
  member.on(member.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) crash.reject(error);
  });
  return crash.promise;
};
