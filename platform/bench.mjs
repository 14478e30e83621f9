import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `pnpm bench <name> [arguments]`: builds, then runs one benchmark. They take minutes and every core, so CI runs none of them.
const benches = {
  gateway: 'gateway/bench/gateway.ts',
  turns: 'gateway/bench/turns.ts',
  profile: 'gateway/bench/profile.ts',
  subscriptions: 'gateway/bench/subscriptions.ts',
  sets: 'gateway/bench/sets.ts',
  activation: 'platform/bench/activation.ts',
  provisioning: 'platform/bench/provisioning.ts',
  realms: 'platform/bench/realms.ts',
};
const [name = '', ...rest] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const file = benches[name];
if (!file || !existsSync(`${root}${file}`)) {
  console.error(`Usage: pnpm bench <${Object.keys(benches).join('|')}>`);
  process.exit(1);
}
const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
};
run('pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only']);
run(process.execPath, ['--import', 'tsx', '--expose-gc', '--conditions=development', file, ...rest], {
  TSX_TSCONFIG_PATH: `${root}tsconfig.json`,
});
