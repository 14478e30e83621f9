import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ObjectStorage, PresignedUpload } from './object-storage.ts';

const text = { contentType: 'text/plain' };
const picture = { contentType: 'image/png', maxBytes: 1_000, expiresInSeconds: 60 };
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

  describe(`${name}: presigned uploads`, () => {
    it('put one file of the type that was allowed', async () => {
      await using at = await withBucket();
      const content = randomBytes(1_000);

      expect((await send(await at.storage.presignUpload(at.bucket, 'a/ü b.png', picture), content)).ok).toBe(true);

      const found = await at.storage.get(at.bucket, 'a/ü b.png');
      expect(found?.contentType).toBe('image/png');
      expect(Buffer.from(found?.bytes ?? []).equals(content)).toBe(true);
    });

    it('refuse a file beyond its size, and an empty one', async () => {
      await using at = await withBucket();
      const form = await at.storage.presignUpload(at.bucket, 'a.png', picture);

      expect((await send(form, randomBytes(1_001))).status).toBe(400);
      expect((await send(form, randomBytes(2_000_000))).status).toBe(400);
      expect((await send(form, randomBytes(0))).status).toBe(400);
      expect(await at.storage.list(at.bucket)).toEqual([]);
    });

    it('refuse another type, another place, and a changed form', async () => {
      await using at = await withBucket();
      const form = await at.storage.presignUpload(at.bucket, 'a.png', picture);
      const changed = (fields: Record<string, string>) => send({ url: form.url, fields: { ...form.fields, ...fields } }, randomBytes(10));

      expect((await changed({ 'Content-Type': 'text/html' })).status).toBe(403);
      expect((await changed({ policy: `${form.fields.policy}A` })).ok).toBe(false);
      await changed({ key: 'b.png', bucket: 'elsewhere' });
      expect(await at.storage.list(at.bucket, 'b')).toEqual([]);
      expect((await send({ url: form.url, fields: {} }, randomBytes(10))).ok).toBe(false);
    });

    it('end with their time', async () => {
      await using at = await withBucket();
      const form = await at.storage.presignUpload(at.bucket, 'a.png', { ...picture, expiresInSeconds: 1 });
      await pause(2_100);

      expect((await send(form, randomBytes(10))).status).toBe(403);
      expect(await at.storage.list(at.bucket)).toEqual([]);
    });
  });

  describe(`${name}: presigned downloads`, () => {
    it('show one object as it is, or save it under a name', async () => {
      await using at = await withBucket();
      await at.storage.put(at.bucket, 'a/ü b.txt', bytes('hello'), text);

      const shown = await fetch(await at.storage.presignDownload(at.bucket, 'a/ü b.txt', { expiresInSeconds: 60 }));
      const saved = await fetch(
        await at.storage.presignDownload(at.bucket, 'a/ü b.txt', { expiresInSeconds: 60, fileName: 'wörds "1".txt' }),
      );

      expect(await shown.text()).toBe('hello');
      expect(shown.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(shown.headers.get('content-disposition')).toBeNull();
      expect(saved.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''w%C3%B6rds%20%221%22.txt`);
    });

    it('refuse a changed address, and what is not there', async () => {
      await using at = await withBucket();
      await at.storage.put(at.bucket, 'a.txt', bytes('hello'), text);
      const address = await at.storage.presignDownload(at.bucket, 'a.txt', { expiresInSeconds: 60 });

      expect((await fetch(`${address.slice(0, -4)}AAAA`)).status).toBe(403);
      expect((await fetch(await at.storage.presignDownload(at.bucket, 'b.txt', { expiresInSeconds: 60 }))).status).toBe(404);
    });

    it('end with their time', async () => {
      await using at = await withBucket();
      await at.storage.put(at.bucket, 'a.txt', bytes('hello'), text);
      const address = await at.storage.presignDownload(at.bucket, 'a.txt', { expiresInSeconds: 1 });
      await pause(2_100);

      expect((await fetch(address)).status).toBe(403);
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

const send = ({ url, fields }: PresignedUpload, content: Buffer): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(content)]), 'a file');
  return fetch(url, { method: 'POST', body: form });
};
