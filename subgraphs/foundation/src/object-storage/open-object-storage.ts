import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/config.ts';
import { createFolderObjectStorage } from './folder-object-storage.ts';
import type { ObjectStorage } from './object-storage.ts';

type StorageEnvironment = Pick<Environment, 'STORAGE_URL' | 'PLEXICA_URL' | 'PLEXICA_PLATFORM_KEY'>;

export const openObjectStorage = async ({
  STORAGE_URL,
  PLEXICA_URL: url,
  PLEXICA_PLATFORM_KEY: platformKey,
}: StorageEnvironment): Promise<ObjectStorage> => {
  if (!STORAGE_URL.startsWith('s3+')) return createFolderObjectStorage({ folder: fileURLToPath(STORAGE_URL), url, platformKey });
  const { createMinioObjectStorage } = await import('./minio-object-storage.ts');
  return createMinioObjectStorage(STORAGE_URL);
};
