import { createHash } from 'node:crypto';
import type { ObjectStorage, UploadedFile } from '@plexica/foundation';
import { DomainError, type PluginManifest } from '@plexica/plugin-kit';
import { unzipSync } from 'fflate';

/** Bucket that holds the UI files of every plugin version, by digest. */
export const pluginBucket = 'plugin-bundles';

const filesAtMost = 500;
const bytesAtMost = 10_000_000;

export interface PluginBundleFiles {
  readonly digest: string;
  /** Subresource integrity of the entry. */
  readonly integrity: string;
  store(storage: ObjectStorage): Promise<void>;
}

/** Unpacks a zip of UI files: relative names only, bounded in count and size, with the entry that the manifest names. */
export const unpackBundle = async ({ bytes }: UploadedFile, { id, ui }: PluginManifest): Promise<PluginBundleFiles> => {
  const files = unzipped(bytes);
  const entry = ui && files.get(ui.entry);
  if (!entry) throw invalid(`The bundle has no file ${ui?.entry ?? 'that the manifest names'}.`);
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(name).update('\0').update(content).update('\0');
  const digest = hash.digest('hex').slice(0, 32);
  return {
    digest,
    integrity: `sha384-${createHash('sha384').update(entry).digest('base64')}`,
    async store(storage) {
      await storage.createBucket(pluginBucket);
      for (const [name, content] of files)
        await storage.put(pluginBucket, `${id}/${digest}/${name}`, content, {
          contentType: contentTypeOf(name) ?? 'application/octet-stream',
        });
    },
  };
};

const unzipped = (bytes: Uint8Array): Map<string, Uint8Array> => {
  let count = 0;
  let size = 0;
  try {
    const entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        count += 1;
        size += originalSize;
        if (count > filesAtMost || size > bytesAtMost) throw invalid(`A bundle has at most ${filesAtMost} files and ${bytesAtMost} bytes.`);
        return !name.endsWith('/');
      },
    });
    const names = Object.keys(entries).sort();
    for (const name of names) if (!isRelative(name)) throw invalid(`The file name ${name} leaves the bundle.`);
    return new Map(names.map((name) => [name, entries[name] ?? new Uint8Array()]));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalid('The bundle is not a readable zip file.');
  }
};

const isRelative = (name: string): boolean => /^[\w@.-]+(\/[\w@.-]+)*$/.test(name) && !name.split('/').includes('..');

const invalid = (message: string) => new DomainError('PLUGIN_MANIFEST_INVALID', { message, path: ['input', 'uiBundle'] });

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  woff: 'font/woff',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  map: 'application/json; charset=utf-8',
};

/** Undefined for what no page loads; such files are kept and not served. */
export const contentTypeOf = (name: string): string | undefined => types[name.split('.').at(-1) ?? ''];
