import { distributedContract } from './distributed.contract.ts';

const { TEST_KEYCLOAK_URL = '', TEST_KEYCLOAK_CLIENT_ID, TEST_KEYCLOAK_CLIENT_SECRET = '' } = process.env;
const credentials = `${TEST_KEYCLOAK_CLIENT_ID}:${encodeURIComponent(TEST_KEYCLOAK_CLIENT_SECRET)}`;

distributedContract('on Keycloak, Kafka, Redis, MinIO and SMTP', () => ({
  IDENTITY_URL: `keycloak+${TEST_KEYCLOAK_URL.replace('://', `://${credentials}@`)}`,
  EVENTS_URL: process.env.TEST_KAFKA_URL ?? '',
  PUBSUB_URL: process.env.TEST_REDIS_URL ?? '',
  STATE_URL: process.env.TEST_REDIS_URL ?? '',
  STORAGE_URL: process.env.TEST_MINIO_URL ?? '',
  MAIL_URL: process.env.TEST_SMTP_URL ?? '',
}));
