import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Core } from '../assembly/core.ts';
import { createPlatformAdmin, type FirstAdmin } from './platform-admin.ts';

const stored = z.object({ email: z.string(), password: z.string() });

/** Who may sign in on fresh data without a demo: made at the first start, noted beside the data for its owner alone. */
export const firstAdmin = async (folder: string, core: Pick<Core, 'onboarding'>): Promise<FirstAdmin> => {
  const file = join(folder, 'first-admin.json');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known) return stored.parse(JSON.parse(known));
  const made = await createPlatformAdmin(core, { email: 'admin@plexica.local', displayName: 'Platform admin' });
  await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
};
