import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createFolderObjectStorage } from './folder-object-storage.ts';
import { objectStorageContract } from './object-storage.contract.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plexica-storage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

objectStorageContract('a folder', async () => createFolderObjectStorage(folder));
