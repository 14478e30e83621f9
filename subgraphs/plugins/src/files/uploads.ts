import { randomUUID } from 'node:crypto';
import type { ObjectStorage } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import type { UploadStore } from './plugin-bundle.ts';

const bucket = 'uploads';
const lifetimeMs = 3_600_000;

/** Uploads in ObjectStorage; their key holds the time, so an old one counts for nothing and is swept by the next. */
export const createUploadStore = ({ storage, clock }: { readonly storage: ObjectStorage; readonly clock: () => Date }): UploadStore => {
  const isFresh = (key: string) => clock().getTime() - Number(key.split('-')[0]) < lifetimeMs;
  const sweep = async () => {
    for (const key of await storage.list(bucket)) if (!isFresh(key)) await storage.delete(bucket, key);
  };
  return {
    async put({ bytes, contentType }, _owner) {
      await storage.createBucket(bucket);
      await sweep();
      const id = `${clock().getTime()}-${randomUUID()}`;
      await storage.put(bucket, id, bytes, { contentType });
      return id;
    },
    async take(id) {
      const found = /^\d+-[0-9a-f-]{36}$/.test(id) && isFresh(id) ? await storage.get(bucket, id) : undefined;
      if (!found) throw new DomainError('UPLOAD_NOT_FOUND', { path: ['input', 'uiBundle'] });
      await storage.delete(bucket, id);
      return found;
    },
  };
};
