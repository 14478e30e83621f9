import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ObjectStorage } from './object-storage.ts';

const text = { contentType: 'text/plain' };
const bytes = (content: string) => new TextEncoder().encode(content);

/** What every object storage holds to. */
export const objectStorageContract = (name: string, open: () => Promise<ObjectStorage>): void => {
  const withBucket = async () => {
    const storage = await open();
    const bucket = `test-${randomUUID().slice(0, 13)}`;
    await storage.createBucket(bucket);
    return { storage, bucket, [Symbol.asyncDispose]: () => storage.deleteBucket(bucket) };
  };

  describe(`${name}: objects`, () => {
    it('come back as they were put, with their type, and are replaced whole', async () => {
      await using at = await withBucket();
      const content = randomBytes(300_000);
      await at.storage.put(at.bucket, 'a/b c/ü.bin', content, { contentType: 'image/png' });
      const found = await at.storage.get(at.bucket, 'a/b c/ü.bin');
      expect(found?.contentType).toBe('image/png');
      expect(Buffer.from(found?.bytes ?? []).equals(content)).toBe(true);

      await at.storage.put(at.bucket, 'a/b c/ü.bin', bytes('short'), text);
      expect(Buffer.from((await at.storage.get(at.bucket, 'a/b c/ü.bin'))?.bytes ?? []).toString()).toBe('short');
    });

    it('of 20 MB come back too', async () => {
      await using at = await withBucket();
      const content = randomBytes(20_000_000);
      await at.storage.put(at.bucket, 'large', content, text);
      expect(Buffer.from((await at.storage.get(at.bucket, 'large'))?.bytes ?? []).equals(content)).toBe(true);
    });

    it('that are not there are undefined, also without the bucket', async () => {
      await using at = await withBucket();
      expect(await at.storage.get(at.bucket, 'nothing')).toBeUndefined();
      expect(await at.storage.get(`test-${randomUUID().slice(0, 13)}`, 'nothing')).toBeUndefined();
      await at.storage.delete(at.bucket, 'nothing');
    });

    it('are listed by prefix in order, also beyond a thousand', async () => {
      await using at = await withBucket();
      const keys = Array.from({ length: 1_050 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
      const queue = [...keys, 'other/1'];
      const worker = async () => {
        for (let key = queue.pop(); key; key = queue.pop()) await at.storage.put(at.bucket, key, bytes(key), text);
      };
      await Promise.all(Array.from({ length: 32 }, worker));

      expect(await at.storage.list(at.bucket, 'many/')).toEqual(keys);
      expect(await at.storage.list(at.bucket)).toHaveLength(1_051);
      await at.storage.delete(at.bucket, 'other/1');
      expect(await at.storage.list(at.bucket, 'other/')).toEqual([]);
    });

    it('put at once under one key leave one of them whole', async () => {
      await using at = await withBucket();
      const contents = Array.from({ length: 10 }, (_, index) => String(index).repeat(50_000));
      await Promise.all(contents.map((content) => at.storage.put(at.bucket, 'same', bytes(content), text)));
      expect(contents).toContain(Buffer.from((await at.storage.get(at.bucket, 'same'))?.bytes ?? []).toString());
    });
  });

  describe(`${name}: buckets`, () => {
    it('are created and deleted any number of times, with everything in them', async () => {
      const storage = await open();
      const bucket = `test-${randomUUID().slice(0, 13)}`;
      expect(await storage.hasBucket(bucket)).toBe(false);
      await storage.createBucket(bucket);
      await storage.put(bucket, 'kept', bytes('x'), text);
      await storage.createBucket(bucket);
      expect(await storage.get(bucket, 'kept')).toBeDefined();
      expect(await storage.hasBucket(bucket)).toBe(true);

      await storage.deleteBucket(bucket);
      await storage.deleteBucket(bucket);
      expect(await storage.hasBucket(bucket)).toBe(false);
      expect(await storage.list(bucket)).toEqual([]);
    });
  });
};
