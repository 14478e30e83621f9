import type { Kafka } from 'kafkajs';
import type { EventTopic } from './topic.ts';

/** How many messages each partition holds that the group has not committed. */
export const measureLag = async (
  kafka: Kafka,
  topic: EventTopic,
  groupIds: readonly string[],
): Promise<Map<string, Map<number, number>>> => {
  if (!groupIds.length) return new Map();
  const admin = kafka.admin({ retry: { retries: 1 } });
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic.name);
    const lags = new Map<string, Map<number, number>>();
    for (const groupId of groupIds) {
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic.name] });
      const at = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      const lag = ends.map(({ partition, high, low }) => {
        // A group that committed nothing yet begins at the start.
        const from = at.get(partition) ?? -1;
        return [partition, Number(high) - (from < 0 ? Number(low) : from)] as const;
      });
      lags.set(groupId, new Map(lag));
    }
    return lags;
  } finally {
    await admin.disconnect();
  }
};
