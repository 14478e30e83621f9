import type { Kafka } from 'kafkajs';

/** Asks the cluster who is in it, over a connection of its own each time: one that broke would answer for itself, not for the cluster. */
export const createKafkaPing = (kafka: Kafka): (() => Promise<void>) => {
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    const admin = kafka.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      await admin.describeCluster();
    } finally {
      await admin.disconnect().catch(() => {});
    }
  };
  // A broker that hangs takes its time; whoever asks meanwhile waits for the same answer.
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
};
