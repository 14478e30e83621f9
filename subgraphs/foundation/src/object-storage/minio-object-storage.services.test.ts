import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { createMinioObjectStorage, readS3Url } from './minio-object-storage.ts';
import { objectStorageContract } from './object-storage.contract.ts';

const url = process.env.TEST_MINIO_URL ?? '';

objectStorageContract('MinIO', async () => createMinioObjectStorage(url));

describe('MinIO: a bucket', () => {
  it('that comes back while it is deleted, as one does at a server that has just started, is deleted again', async () => {
    const [storage, bucket] = [createMinioObjectStorage(url), `again-${v7()}`];
    await storage.createBucket(bucket);

    const deleting = storage.deleteBucket(bucket);
    await expect.poll(() => storage.hasBucket(bucket), { interval: 20 }).toBe(false);
    await storage.createBucket(bucket);
    await deleting;

    expect(await storage.hasBucket(bucket)).toBe(false);
  });
});

describe('MinIO: its address', () => {
  it('names server, key, prefix and region', () => {
    expect(readS3Url('s3+https://key:se%2Fcret@s3.example.com/acme-?region=eu-south-1')).toMatchObject({
      endPoint: 's3.example.com',
      useSSL: true,
      accessKey: 'key',
      secretKey: 'se/cret',
      region: 'eu-south-1',
      prefix: 'acme-',
    });
  });

  it('with the wrong secret fails, and takes nothing for an empty bucket', async () => {
    const wrong = createMinioObjectStorage(url.replace(/:[^:@]+@/, ':wrong-secret@'));
    await expect(wrong.list('anything')).rejects.toThrow();
    await expect(wrong.get('anything', 'x')).rejects.toThrow();
  });
});
