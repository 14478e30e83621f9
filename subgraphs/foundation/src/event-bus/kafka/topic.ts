import type { Kafka } from 'kafkajs';

/** One topic for all tenants of an installation. */
export interface EventTopic {
  readonly name: string;
  /** Bounds how many consumers of a group share the work. */
  readonly partitions: number;
  readonly retentionDays: number;
}

export const eventTopic = (installation: string): EventTopic => ({ name: `${installation}.events`, partitions: 12, retentionDays: 7 });

/** Idempotent. Each partition has as many copies as the brokers' own default says. */
export const makeTopic = async (kafka: Kafka, { name, partitions, retentionDays }: EventTopic): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if ((await admin.listTopics()).includes(name)) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: name,
          numPartitions: partitions,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'retention.ms', value: String(retentionDays * 86_400_000) },
          ],
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
};
