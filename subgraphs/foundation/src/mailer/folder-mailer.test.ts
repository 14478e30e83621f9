import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderMailer } from './folder-mailer.ts';
import { mailerContract } from './mailer.contract.ts';

mailerContract('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plexica-mail-'));
  return {
    mailer: createFolderMailer(folder, { clock: () => new Date(), newId: randomUUID }),
    async receivedBy(to) {
      const files = await readdir(folder);
      const mails = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))));
      return mails.filter((mail) => mail.to === to);
    },
  };
});
