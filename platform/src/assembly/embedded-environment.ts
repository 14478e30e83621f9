import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Environment, readEnvironment } from '@plexica/foundation';
import { bootstrapCluster } from '@plexica/foundation/database';

export interface EmbeddedOptions {
  /** The data folder. */
  readonly folder: string;
  /** Public base URL. */
  readonly url: string;
  readonly demo: boolean;
  readonly superuserUrl: string;
  readonly logLevel?: Environment['LOG_LEVEL'];
  readonly installation?: string;
  /** What a person set: of it the embedded platform reads what says where to trace. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** The same environment that production reads, made from a data folder: database and logins are there afterwards. */
export const embeddedEnvironment = async ({
  folder,
  url,
  demo,
  superuserUrl,
  logLevel,
  installation = 'plexica',
  variables = {},
}: EmbeddedOptions): Promise<Environment> => {
  const logins = await bootstrapCluster(superuserUrl, { installation });
  const tracing = Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('OTEL_')));
  return readEnvironment({
    ...tracing,
    NODE_ENV: 'production',
    PLEXICA_URL: url,
    PLEXICA_INSTALLATION: installation,
    PLEXICA_DEMO: String(demo),
    PLEXICA_PLATFORM_KEY: await platformKey(join(folder, 'platform.key')),
    PLEXICA_PLUGIN_HOSTS: 'localhost,127.0.0.1',
    DATABASE_URL: logins.url,
    DATABASE_OWNER_URL: logins.ownerUrl,
    STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
    MAIL_URL: pathToFileURL(join(folder, 'mail')).href,
    LOG_LEVEL: logLevel ?? 'warn',
  });
};

const platformKey = async (file: string): Promise<string> => {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim()) return known.trim();
  const made = randomBytes(32).toString('hex');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
};
