import { createHash, randomUUID } from 'node:crypto';
import { DomainError } from '@plexica/plugin-kit';
import type { ObjectStorage, PresignedUpload } from '../object-storage/object-storage.ts';

export interface UploadedFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** A file that will be sent straight to the storage; its id counts once it is there. */
export interface ReservedUpload extends PresignedUpload {
  readonly id: string;
  readonly expiresAt: Date;
}

/** Uploaded files wait here for the mutation that names them; each can be taken once, by who sent it. */
export interface UploadStore {
  put(file: UploadedFile, owner: string): Promise<string>;
  /** The way round this process for large files: the storage refuses another type and more bytes. */
  reserve(file: { readonly contentType: string; readonly bytes: number }, owner: string): Promise<ReservedUpload>;
  /** Fails with UPLOAD_NOT_FOUND that names the input field. */
  take(id: string, owner: string, field: string): Promise<UploadedFile>;
}

export const uploadBytesAtMost = 20_000_000;

const bucket = 'uploads';
const lifetimeMs = 3_600_000;
const reservedSeconds = 600;
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
  const place = async (owner: string) => {
    await storage.createBucket(bucket);
    await sweep(owner);
    const id = `${clock().getTime()}-${randomUUID()}`;
    return { id, key: `${folderOf(owner)}/${id}` };
  };
  return {
    async put({ bytes, contentType }, owner) {
      const { id, key } = await place(owner);
      await storage.put(bucket, key, bytes, { contentType });
      return id;
    },
    async reserve({ contentType, bytes }, owner) {
      const { id, key } = await place(owner);
      const form = await storage.presignUpload(bucket, key, { contentType, maxBytes: bytes, expiresInSeconds: reservedSeconds });
      return { ...form, id, expiresAt: new Date(clock().getTime() + reservedSeconds * 1000) };
    },
    async take(id, owner, field) {
      const key = `${folderOf(owner)}/${id}`;
      const found = /^\d+-[0-9a-f-]{36}$/.test(id) && isFresh(id) ? await storage.get(bucket, key) : undefined;
      if (!found) throw new DomainError('UPLOAD_NOT_FOUND', { path: ['input', field] });
      await storage.delete(bucket, key);
      return found;
    },
  };
};
