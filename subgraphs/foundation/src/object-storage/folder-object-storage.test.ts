import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../network/free-port.ts';
import { createFolderObjectStorage } from './folder-object-storage.ts';
import { objectStorageContract } from './object-storage.contract.ts';
import type { ObjectStorage } from './object-storage.ts';

let folder: string;
let server: FastifyInstance;
let storage: ObjectStorage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plexica-storage-'));
  server = Fastify();
  const port = await freePort();
  storage = createFolderObjectStorage({ folder, url: `http://127.0.0.1:${port}`, platformKey: 'a key of this test alone' });
  await storage.register?.(server);
  await server.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

objectStorageContract('a folder', async () => storage);
