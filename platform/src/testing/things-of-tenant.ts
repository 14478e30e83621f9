import { testServerUrl } from '@plexica/foundation/testing';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import pg from 'pg';
import { createMinioObjectStorage } from '../../../subgraphs/foundation/src/object-storage/minio-object-storage.ts';

interface Named {
  readonly id: string;
  readonly slug: string;
}

/** What the real services hold of a tenant, looked at from outside the platform. */
export const thingsOfTenant = async (installation: string, storageUrl: string, { id, slug }: Named) => {
  const url = new URL(testServerUrl());
  url.pathname = `/${installation}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const count = async (sql: string, value: string) => (await client.query(sql, [value])).rowCount;
  try {
    const realm = await fetch(`${process.env.TEST_KEYCLOAK_URL}/realms/plexica-${slug}`);
    await realm.body?.cancel();
    return {
      realm: realm.ok,
      schemas: await count(
        "select 1 from pg_namespace where nspname = 'tenant_' || $1 or starts_with(nspname, 'tenant_' || $1 || '__')",
        slug,
      ),
      roles: await count('select 1 from pg_roles where starts_with(rolname, $1)', `${installation}_tenant_${slug}_`),
      pluginLogins: await count('select 1 from pg_roles where starts_with(rolname, $1)', `${installation}_plugin_${slug}__`),
      bucket: await createMinioObjectStorage(storageUrl).hasBucket(`${installation}-tenant-${slug}`),
      eventKeys: (await client.query<{ id: string }>('select id from plexica.tenant_event_key where tenant_id = $1', [id])).rows.map(
        (row) => row.id,
      ),
    };
  } finally {
    await client.end();
  }
};

/** The tenant's messages that the topic holds, all of them up to now. */
export const messagesOfTenant = async (installation: string, { id }: Named): Promise<KafkaMessage[]> => {
  const kafka = new Kafka({ brokers: [(process.env.TEST_KAFKA_URL ?? '').replace('kafka://', '')], logLevel: logLevel.NOTHING });
  const topic = `${installation}.events`;
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const left = new Map(ends.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high) - 1n]));
  const found: KafkaMessage[] = [];
  const consumer = kafka.consumer({ groupId: `look-${Math.random()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    const read = Promise.withResolvers<void>();
    if (!left.size) read.resolve();
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        if (String(message.key) === id) found.push(message);
        if (BigInt(message.offset) >= (left.get(partition) ?? 0n)) left.delete(partition);
        if (!left.size) read.resolve();
      },
    });
    await read.promise;
  } finally {
    await consumer.disconnect();
  }
  return found;
};
