import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cache } from './service.ts';

/** `PLEXICA_CACHE`, or a folder in the user's own cache. */
export const createCache = (
  root = process.env.PLEXICA_CACHE ?? join(homedir(), '.cache/plexica/services'),
  say = (_line: string) => {},
): Cache => ({
  async folder(name, fill) {
    const place = join(root, name);
    if (await exists(place)) return place;
    say(`fetching ${name}, once`);
    const partial = `${place}.${process.pid}.partial`;
    await mkdir(partial, { recursive: true });
    try {
      await fill(partial);
      // Another process may have filled the same folder meanwhile: one of the two stays.
      await rename(partial, place).catch(async (error) => {
        if (!(await exists(place))) throw error;
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return place;
  },
});

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
