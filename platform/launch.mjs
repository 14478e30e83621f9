// Runs before anything is built, on whatever Node somebody has: plain JavaScript, no dependencies.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 17)) {
  console.error(`Plexica needs Node 22.17 or newer; this is ${process.versions.node}.`);
  console.error('Start it with `npx -y pnpm@12 start`, which brings the Node it needs, or install a newer one.');
  process.exit(1);
}

const build = () =>
  new Promise((resolve) => {
    const started = Date.now();
    const waiting = setTimeout(() => process.stdout.write('  building (the first time takes about a minute) ...\n'), 1500);
    const turbo = spawn(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [turbo.stdout, turbo.stderr]) stream.on('data', (chunk) => (output += chunk));
    turbo.once('error', (error) => resolve({ failed: error.message }));
    turbo.once('exit', (code) => {
      clearTimeout(waiting);
      if (code !== 0) return resolve({ failed: output });
      process.stdout.write(`  ✓ built ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
      resolve({});
    });
  });

if (!existsSync(join(root, 'node_modules/.bin/turbo'))) {
  console.error(
    'The dependencies are not installed yet. Run `npx -y pnpm@12 install`, or start with `npx -y pnpm@12 start`, which does it.',
  );
  process.exit(1);
}

if (!process.argv.includes('--help')) {
  const { failed } = await build();
  if (failed !== undefined) {
    console.error(failed);
    console.error('The build failed; nothing was started.');
    process.exit(1);
  }
}
process.env.NODE_ENV ??= 'production';
// Compiled code is kept from start to start; threads and plugin services find it by the variable.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/compiled');
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
await import('./dist/start.js');
