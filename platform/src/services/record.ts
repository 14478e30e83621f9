import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from './service.ts';

/** What a data folder knows of a service: enough to find, stop and start it again from any process. */
export interface ServiceRecord {
  readonly ports: Readonly<Record<string, number>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly pid?: number;
}

/** In the data folder; each service has a folder and a record beside its log. */
export const placeOf = (folder: string, name: ServiceName) => ({
  folder: join(folder, name),
  record: join(folder, `${name}.json`),
  log: join(folder, `${name}.log`),
});

export const readRecord = async (folder: string, name: ServiceName): Promise<ServiceRecord | undefined> => {
  const text = await readFile(placeOf(folder, name).record, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ServiceRecord);
};

export const writeRecord = async (folder: string, name: ServiceName, record: ServiceRecord): Promise<void> => {
  const { record: file } = placeOf(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  // Renamed into place: a kill leaves the old record or the new one.
  await writeFile(`${file}.${process.pid}`, JSON.stringify(record, null, 2), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
};

export const freshSecrets = (names: readonly string[], known: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, known[name] ?? randomBytes(18).toString('hex')]));
