import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/config.ts';
import { createFolderObjectStorage } from './folder-object-storage.ts';
import { createMinioObjectStorage } from './minio-object-storage.ts';
import type { ObjectStorage } from './object-storage.ts';

type StorageEnvironment = Pick<Environment, 'STORAGE_URL' | 'PLEXICA_URL' | 'PLEXICA_PLATFORM_KEY'>;

export const openObjectStorage = ({
  STORAGE_URL,
  PLEXICA_URL: url,
  PLEXICA_PLATFORM_KEY: platformKey,
}: StorageEnvironment): ObjectStorage =>
  STORAGE_URL.startsWith('s3+')
    ? createMinioObjectStorage(STORAGE_URL)
    : createFolderObjectStorage({ folder: fileURLToPath(STORAGE_URL), url, platformKey });
