import { createHash, randomUUID } from 'node:crypto';
import type { ObjectStorage } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import type { UploadStore } from './plugin-bundle.ts';

const bucket = 'uploads';
const lifetimeMs = 3_600_000;
const waitingAtMost = 10;

/**
 * Uploads in ObjectStorage, by who sent them and when: one counts for nobody else, an old one for nobody, and is swept
 * by the next of the same person.
 */
export const createUploadStore = ({ storage, clock }: { readonly storage: ObjectStorage; readonly clock: () => Date }): UploadStore => {
  const isFresh = (id: string) => clock().getTime() - Number(id.split('-')[0]) < lifetimeMs;
  const folderOf = (owner: string) => createHash('sha256').update(owner).digest('hex').slice(0, 32);
  const sweep = async (owner: string): Promise<void> => {
    const keys = await storage.list(bucket, `${folderOf(owner)}/`);
    const stale = keys.filter((key, index) => !isFresh(key.split('/')[1] ?? '') || index <= keys.length - waitingAtMost);
    for (const key of stale) await storage.delete(bucket, key);
  };
  return {
    async put({ bytes, contentType }, owner) {
      await storage.createBucket(bucket);
      await sweep(owner);
      const id = `${clock().getTime()}-${randomUUID()}`;
      await storage.put(bucket, `${folderOf(owner)}/${id}`, bytes, { contentType });
      return id;
    },
    async take(id, owner) {
      const key = `${folderOf(owner)}/${id}`;
      const found = /^\d+-[0-9a-f-]{36}$/.test(id) && isFresh(id) ? await storage.get(bucket, key) : undefined;
      if (!found) throw new DomainError('UPLOAD_NOT_FOUND', { path: ['input', 'uiBundle'] });
      await storage.delete(bucket, key);
      return found;
    },
  };
};
