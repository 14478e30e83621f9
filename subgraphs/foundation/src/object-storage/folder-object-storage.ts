import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ObjectStorage } from './object-storage.ts';
import { type SignedFilesDeps, signedFiles } from './signed-files.ts';

const metadataSuffix = '.content-type';

export interface FolderStorageDeps extends Omit<SignedFilesDeps, 'files'> {
  readonly folder: string;
}

/** Files in a folder: a bucket is a folder, a key a path in it, its content type a file beside it. */
export const createFolderObjectStorage = ({ folder, ...signing }: FolderStorageDeps): ObjectStorage => {
  const files = folderFiles(folder);
  return { ...files, ...signedFiles({ ...signing, files }) };
};

const folderFiles = (root: string): Omit<ObjectStorage, 'presignUpload' | 'presignDownload' | 'register'> => {
  const bucketPath = (bucket: string): string => {
    if (!/^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket)) throw new Error(`No bucket name: ${bucket}`);
    return join(root, bucket);
  };
  const pathOf = (bucket: string, key: string): string => {
    const folder = bucketPath(bucket);
    const path = join(folder, key);
    const inside = relative(folder, path);
    if (!inside || inside.startsWith('..') || key.includes('\0') || key.endsWith(metadataSuffix)) throw new Error(`No key: ${key}`);
    return path;
  };
  return {
    hasBucket: async (bucket) => (await stat(bucketPath(bucket)).catch(unlessMissing)) !== undefined,
    createBucket: async (bucket) => void (await mkdir(bucketPath(bucket), { recursive: true })),
    deleteBucket: (bucket) => rm(bucketPath(bucket), { recursive: true, force: true }),
    async put(bucket, key, bytes, { contentType }) {
      const path = pathOf(bucket, key);
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(`${path}${metadataSuffix}`, contentType);
      await writeWhole(path, bytes);
    },
    async get(bucket, key) {
      const path = pathOf(bucket, key);
      const bytes = await readFile(path).catch(unlessMissing);
      if (!bytes) return undefined;
      const contentType = await readFile(`${path}${metadataSuffix}`, 'utf8').catch(unlessMissing);
      return { bytes, contentType: contentType ?? 'application/octet-stream' };
    },
    async delete(bucket, key) {
      const path = pathOf(bucket, key);
      await Promise.all([rm(path, { force: true }), rm(`${path}${metadataSuffix}`, { force: true })]);
    },
    async list(bucket, prefix = '') {
      const folder = bucketPath(bucket);
      const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(unlessMissing)) ?? [];
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith(metadataSuffix) && !entry.name.startsWith('.writing-'))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
  };
};

// A reader sees the old file or the new one, never half of it.
const writeWhole = async (path: string, content: Uint8Array | string): Promise<void> => {
  const partial = join(dirname(path), `.writing-${randomUUID()}`);
  await writeFile(partial, content);
  await rename(partial, path);
};

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
  throw error;
};
