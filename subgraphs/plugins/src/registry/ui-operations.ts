import { createHash } from 'node:crypto';
import type { Database } from '@plexica/foundation/database';
import { PluginVersionEntity } from './plugin.entity.ts';

/** What the UI of a version asks, by the SHA-256 of each text as the console sends it; undefined for a version that nobody published. */
export type UiOperations = (digest: string) => Promise<Readonly<Record<string, string>> | undefined>;

/**
 * Versions keep their operations as they were written. How the console sends them is of this release, as the console is: an old
 * version goes on working when that changes.
 */
export const createUiOperations =
  ({ database }: { readonly database: Database }): UiOperations =>
  async (digest) => {
    const row = await database.platform((em) => em.findOne(PluginVersionEntity, { digest }, { fields: ['manifest'] }));
    const texts = row?.manifest.ui?.operations;
    if (!texts?.length) return row ? {} : undefined;
    // It loads Apollo's cache, which nothing else here needs.
    const { asSent, readOperation } = await import('@plexica/plugin-kit/operations');
    return Object.fromEntries(texts.map((text) => asSent(readOperation(text))).map((sent) => [sha256(sent), sent]));
  };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
