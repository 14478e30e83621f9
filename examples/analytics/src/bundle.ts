import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync } from 'fflate';
import analytics from './plugin.ts';

// After the builds: what is published, beside the service that runs it.
const dist = new URL('../dist/', import.meta.url).pathname;
const operations = JSON.parse(readFileSync(join(dist, 'ui.operations.json'), 'utf8')) as string[];
const manifest = { ...analytics.manifest, ui: { ...analytics.manifest.ui, operations } };
writeFileSync(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2));
writeFileSync(join(dist, 'schema.graphql'), analytics.sdl);

const ui = join(dist, 'ui');
const files = readdirSync(ui, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
// The same files give the same bytes: the time of day is no part of a version.
const packed = Object.fromEntries(files.map((file) => [relative(ui, file).split(sep).join('/'), new Uint8Array(readFileSync(file))]));
writeFileSync(join(dist, 'ui.zip'), zipSync(packed, { mtime: '1980-01-01T00:00:00Z' }));
