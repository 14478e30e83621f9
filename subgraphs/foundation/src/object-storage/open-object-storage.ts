import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/config.ts';
import { createFolderObjectStorage } from './folder-object-storage.ts';
import { createMinioObjectStorage } from './minio-object-storage.ts';
import type { ObjectStorage } from './object-storage.ts';

export const openObjectStorage = ({ STORAGE_URL: url }: Pick<Environment, 'STORAGE_URL'>): ObjectStorage =>
  url.startsWith('s3+') ? createMinioObjectStorage(url) : createFolderObjectStorage(fileURLToPath(url));
