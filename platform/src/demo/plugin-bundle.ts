import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A built plugin, as its build leaves it: manifest, SDL, the packed UI, and the service to run. */
export interface PluginBundle {
  readonly id: string;
  readonly version: string;
  readonly manifest: Record<string, unknown>;
  readonly sdl: string;
  /** Packed UI files; undefined for a plugin without UI. */
  readonly ui: Uint8Array | undefined;
  /** Entry of the service, for Node. */
  readonly service: string;
}

export const readPluginBundle = async (folder: string): Promise<PluginBundle> => {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { id: string; version: string };
  return {
    id: manifest.id,
    version: manifest.version,
    manifest: { ...manifest },
    sdl: await readFile(join(folder, 'schema.graphql'), 'utf8'),
    ui: await readFile(join(folder, 'ui.zip')).catch(() => undefined),
    service: join(folder, 'main.js'),
  };
};
