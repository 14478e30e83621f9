import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer } from './mailer.ts';

/** Puts each mail into a folder as one JSON file, named by time; nothing leaves the machine. */
export const createFolderMailer = (folder: string, deps: { readonly clock: () => Date; readonly newId: () => string }): Mailer => ({
  async send(mail) {
    await mkdir(folder, { recursive: true });
    const at = deps.clock().toISOString();
    await writeFile(join(folder, `${at.replaceAll(':', '-')}-${deps.newId()}.json`), JSON.stringify({ at, ...mail }, null, 2));
  },
});
