import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

// Each package is bundled alone, from the entries its `exports` name; every bare import stays an import.
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(manifest.exports)
  .filter((entry) => typeof entry === 'object')
  .map(({ development, default: built }) => [built.replace(/^\.\/dist\/|\.js$/g, ''), development])
  .concat(Object.entries(manifest.plexica?.entries ?? {}));

export default defineConfig({
  input: Object.fromEntries(entries),
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith('@oxc-project/'),
  output: { dir: 'dist', format: 'esm', sourcemap: true, cleanDir: true },
});
