import { distributedContract } from './distributed.contract.ts';

distributedContract('on Redis, MinIO and SMTP', () => ({
  PUBSUB_URL: process.env.TEST_REDIS_URL ?? '',
  STATE_URL: process.env.TEST_REDIS_URL ?? '',
  STORAGE_URL: process.env.TEST_MINIO_URL ?? '',
  MAIL_URL: process.env.TEST_SMTP_URL ?? '',
}));
