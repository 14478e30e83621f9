import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import pino from 'pino';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOutbox } from '../../database/record-outbox.ts';
import { aTestDatabase } from '../../database/testing/test-database.ts';
import { eventBusContract } from '../event-bus.contract.ts';
import { openBus, until } from '../event-bus.test-support.ts';
import { aBroker } from './a-broker.test-support.ts';
import { brokersOf } from './connection.ts';
import { type EventTopic, eventTopic, makeTopic } from './topic.ts';

let broker: Awaited<ReturnType<typeof aBroker>>;
beforeAll(async () => {
  broker = await aBroker();
});
afterAll(() => broker[Symbol.asyncDispose]());

eventBusContract('Kafka', {
  url: () => broker.url,
  async interrupt() {
    await broker.kill();
    await pause(1_000);
    await broker.up();
  },
});

const aPlace = async () => {
  const test = await aTestDatabase();
  return {
    ...test,
    topic: eventTopic(test.installation),
    open: (log?: pino.Logger) => openBus({ url: test.url, installation: test.installation, eventsUrl: broker.url }, log),
    failuresOf: (group: string) =>
      test.database.platform(async (em) => {
        const sql = 'select coalesce(max(failures), 0) as failures from plexica.event_cursor where consumer = ?';
        const [row] = await em.getConnection().execute<{ failures: number }[]>(sql, [group], 'all', em.getTransactionContext());
        return row?.failures ?? 0;
      }),
    record: (tenantId: string, ...secrets: string[]) =>
      test.database.platform((em) =>
        recordOutbox(
          em,
          secrets.map((secret) => ({ id: v7(), tenantId, kind: 'event' as const, name: 'role.created', data: { secret } })),
        ),
      ),
  };
};

const aClient = () => new Kafka({ brokers: brokersOf(broker.url), logLevel: logLevel.NOTHING });

/** Everything in the topic so far. */
const messagesOf = async (topic: EventTopic, count: number) => {
  await makeTopic(aClient(), topic);
  const consumer = aClient().consumer({ groupId: `raw-${v7()}` });
  const found: { key: string; value: string; headers: Record<string, string> }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: topic.name, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      const text = Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)]);
      found.push({ key: String(key), value: value?.toString('latin1') ?? '', headers: Object.fromEntries(text) });
    },
  });
  await until(`${count} messages in ${topic.name}`, () => found.length >= count);
  await consumer.disconnect();
  return found;
};

describe('what Kafka holds', () => {
  it('is CloudEvents in binary mode, with data that nobody reads without the key of the tenant', async () => {
    await using place = await aPlace();
    await using _opened = await place.open();
    const tenant = v7();

    await place.record(tenant, 'a confidential word');

    const [message] = await messagesOf(place.topic, 1);
    expect(message).toMatchObject({
      key: tenant,
      headers: {
        ce_specversion: '1.0',
        ce_type: 'plexica.role.created',
        ce_tenantid: tenant,
        ce_sequence: '00000000000000000001',
        ce_dataencryption: 'A256GCM',
        'content-type': 'application/json',
      },
    });
    expect(message?.value).not.toContain('confidential');
  });

  it('lies in twelve partitions for seven days', async () => {
    await using place = await aPlace();
    await using _opened = await place.open();
    await place.record(v7(), 'x');
    await messagesOf(place.topic, 1);
    const admin = aClient().admin();
    await admin.connect();

    const { topics } = await admin.fetchTopicMetadata({ topics: [place.topic.name] });
    const described = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: place.topic.name }] });

    expect(topics[0]?.partitions).toHaveLength(12);
    const entries = described.resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]);
    expect(Object.fromEntries(entries ?? [])).toMatchObject({ 'retention.ms': String(7 * 86_400_000), 'cleanup.policy': 'delete' });
    await admin.disconnect();
  });

  it('is passed over with a line in the log once the key is gone', async () => {
    await using place = await aPlace();
    const lines: string[] = [];
    await using opened = await place.open(pino({ level: 'warn' }, { write: (line) => void lines.push(line) }));
    const tenant = v7();
    await place.record(tenant, 'one', 'two');
    await messagesOf(place.topic, 2);

    await opened.bus.erase(tenant);
    const seen: string[] = [];
    await opened.bus.consume('late', async ({ sequence }) => void seen.push(sequence));

    await until('nothing is left', async () => (await opened.store.lag('late')) === 0);
    expect(seen).toEqual([]);
    expect(lines.filter((line) => line.includes('the key of its tenant is gone'))).toHaveLength(2);
  });

  it('does not open as another event', async () => {
    await using place = await aPlace();
    await using opened = await place.open();
    const [tenant, other] = [v7(), v7()];
    await place.record(tenant, 'mine');
    await place.record(other, 'theirs');
    const messages = await messagesOf(place.topic, 2);
    const [mine, theirs] = [tenant, other].map((id) => messages.find(({ key }) => key === id));
    const producer = aClient().producer();
    await producer.connect();

    // The data of one event under the next sequence of its own tenant, and under the other tenant.
    const value = Buffer.from(mine?.value ?? '', 'latin1');
    const again = { ...mine?.headers, ce_sequence: '00000000000000000002' };
    const moved = { ...mine?.headers, ce_tenantid: other, ce_sequence: '00000000000000000002' };
    for (const headers of [again, moved, {}])
      await producer.send({ topic: place.topic.name, messages: [{ key: headers === moved ? other : tenant, value, headers }] });
    await producer.disconnect();

    const seen: unknown[] = [];
    await opened.bus.consume('late', async ({ data, tenantid }) => void seen.push([tenantid, data]));
    await place.record(tenant, 'mine again');
    await until('what is true is seen', () => seen.length === 3);
    expect(theirs).toBeDefined();
    expect(seen).toContainEqual([tenant, { secret: 'mine' }]);
    expect(seen).toContainEqual([other, { secret: 'theirs' }]);
    expect(seen).toContainEqual([tenant, { secret: 'mine again' }]);
  });
});

describe('when Kafka fails', () => {
  it('keeps events in the outbox while it hangs, and sends them afterwards', async () => {
    await using place = await aPlace();
    await using opened = await place.open();
    const tenant = v7();
    const seen: string[] = [];
    await opened.bus.consume('all', async ({ data }) => void seen.push((data as { secret: string }).secret));
    await place.record(tenant, '0');
    await until('all is well before', () => seen.length === 1);

    await broker.pause();
    try {
      await place.record(tenant, '1', '2');
      await until('the relay gave up on it', async () => (await place.failuresOf('relay')) > 0, 60_000);
      expect(seen).toEqual(['0']);
    } finally {
      await broker.resume();
    }

    await until('all is seen', () => seen.length === 3, 60_000);
    expect(seen).toEqual(['0', '1', '2']);
  });

  it('does not hold up an end while it hangs', async () => {
    await using place = await aPlace();
    const { bus, stop } = await place.open();
    const seen: string[] = [];
    await bus.consume('end', async ({ id }) => void seen.push(id));
    await place.record(v7(), 'before');
    await until('the event is seen', () => seen.length === 1);

    await broker.pause();
    try {
      const stopped = stop().then(() => 'stopped');
      expect(await Promise.race([stopped, pause(20_000, 'still there')])).toBe('stopped');
    } finally {
      await broker.resume();
    }
  });

  it('takes from the outbox what got lost there', async () => {
    await using place = await aPlace();
    const tenant = v7();
    {
      await using _relay = await place.open();
      await place.record(tenant, '0', '1');
      await messagesOf(place.topic, 2);
    }
    const admin = aClient().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [place.topic.name] });
    await admin.disconnect();

    await using opened = await place.open();
    const seen: string[] = [];
    await opened.bus.consume('all', async ({ data }) => void seen.push((data as { secret: string }).secret));
    await place.record(tenant, '2');

    await until('all is seen', () => seen.length === 3, 60_000);
    expect(seen).toEqual(['0', '1', '2']);
  });
});

describe('the lag of a group', () => {
  it('is measured at the brokers, per partition', async () => {
    await using place = await aPlace();
    await using opened = await place.open();
    const tenant = v7();
    const seen: string[] = [];
    const consume = () => opened.bus.consume('behind', async ({ sequence }) => void seen.push(sequence));
    const lags = async () => {
      const { values } = (await opened.metrics.getSingleMetric('plexica_kafka_consumer_lag')?.get()) ?? { values: [] };
      return values.filter(({ labels }) => labels.group === 'behind').map(({ value }) => value);
    };
    const consumer = await consume();
    await place.record(tenant, '0');
    // Seen is not yet committed: who stops between the two has the first once more.
    await until(
      'the first is committed',
      async () => seen.length === 1 && (await lags()).length === 12 && Math.max(...(await lags())) === 0,
    );

    await consumer.stop();
    await place.record(tenant, '1', '2', '3');

    await until('three messages lag in one of twelve partitions', async () => {
      const found = await lags();
      return found.length === 12 && Math.max(...found) === 3;
    });
    await consume();
    await until('none lags', async () => (await lags()).every((lag) => lag === 0));
  });
});
