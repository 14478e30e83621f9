#!/usr/bin/env -S node --max-semi-space-size=128 --min-semi-space-size=128
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/standalone.js', import.meta.url);
if (!existsSync(built)) {
  console.error('Building the gateway first…');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const build = spawnSync('pnpm', ['exec', 'turbo', 'run', 'build', '--filter=@plexica/gateway...', '--output-logs=errors-only'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
await import(built.href);
