import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dependencies = {
  '@apollo/gateway': '2.14.4',
  '@apollo/server': '5.5.1',
  '@graphql-hive/gateway': '2.15.1',
  '@graphql-hive/router-runtime': '1.4.23',
  graphql: '16.15.0',
};

/** The other gateways, in a folder of their own outside the repository: nothing of the project depends on them. */
export const installContenders = (): string => {
  const folder = join(process.env.PLEXICA_CACHE ?? join(homedir(), '.cache/plexica'), 'contenders');
  mkdirSync(folder, { recursive: true });
  const wanted = JSON.stringify({ private: true, type: 'module', dependencies }, null, 2);
  writeFileSync(join(folder, 'package.json'), wanted);
  copyFileSync(fileURLToPath(new URL('./contenders/hive.config.mjs', import.meta.url)), join(folder, 'hive.config.mjs'));
  if (!existsSync(join(folder, 'node_modules/@graphql-hive/gateway')) || !existsSync(join(folder, 'node_modules/@apollo/gateway'))) {
    console.log(`Installing the other gateways in ${folder}`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return folder;
};
