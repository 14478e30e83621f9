import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from 'pino';

/** `kafka://host:port[,host:port]`. */
export const brokersOf = (url: string): string[] => {
  const brokers = url
    .replace(/^kafka:\/\//, '')
    .replace(/\/.*$/, '')
    .split(',')
    .filter(Boolean);
  return brokers.map((broker) => (/:\d+$/.test(broker) ? broker : `${broker}:9092`));
};

export const connectKafka = (url: string, clientId: string, log: Logger): Kafka =>
  new Kafka({
    clientId,
    brokers: brokersOf(url),
    connectionTimeout: 3_000,
    // A broker that hangs is given up on after this.
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => tell(log, entry),
  });

const leavingMs = 5_000;

/** Says goodbye, but not for ever: a broker that hangs finds out by itself who is gone. */
export const leave = async (leaving: Promise<unknown>): Promise<void> => {
  await Promise.race([leaving.catch(() => {}), pause(leavingMs, undefined, { ref: false })]);
};

// What kafkajs calls an error it mostly tries again, and each rebalance is one to it.
const tell = (log: Logger, { level, namespace, log: { message, error, broker, groupId } }: LogEntry): void => {
  const passing = level !== logLevel.ERROR || /rebalanc/i.test(`${message} ${error}`);
  log[passing ? 'debug' : 'warn']({ kafka: namespace, broker, group: groupId, reason: error }, message);
};
