// The whole platform in containers: `pnpm infra:start | infra:stop | infra:status | infra:logs <service>`. Needs no installed dependencies.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.PLEXICA_INFRA_FOLDER ?? dirname(dirname(fileURLToPath(import.meta.url)));
const [command = '', ...rest] = process.argv.slice(2);

const refuse = (problem, nextStep) => {
  console.error(problem);
  console.error(nextStep);
  process.exit(1);
};

/** Every variable that the file requires. */
const required = () => {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name))];
};

/** Nobody has to think of passwords, and no two installations share one: what `.env` lacks is made up once. */
const fillSecrets = () => {
  const file = join(root, '.env');
  const known = existsSync(file)
    ? readFileSync(file, 'utf8')
    : '# Secrets of this installation. Losing PLEXICA_PLATFORM_KEY loses what it sealed.\n';
  const missing = required().filter((name) => !process.env[name] && !new RegExp(`^${name}=.`, 'm').test(known));
  if (!missing.length) return;
  const end = known.endsWith('\n') ? '' : '\n';
  writeFileSync(file, `${known}${end}${missing.map((name) => `${name}=${randomBytes(24).toString('hex')}\n`).join('')}`, { mode: 0o600 });
  console.log(`Made up ${missing.length} secrets, kept in .env.`);
};

/** Docker's compose, or that of Podman. */
const engine = () => {
  const found = ['docker', 'podman'].find((name) => spawnSync(name, ['compose', 'version'], { stdio: 'ignore' }).status === 0);
  return (
    found ??
    refuse(
      'Neither `docker compose` nor `podman compose` is there.',
      'Install one of them, or start the same services natively: `npx -y pnpm@12 services up`.',
    )
  );
};

const compose = (...args) => {
  const { status, signal } = spawnSync(engine(), ['compose', ...args], { cwd: root, stdio: 'inherit' });
  process.exit(status ?? (signal === 'SIGINT' ? 0 : 1));
};

const commands = {
  start: () => {
    engine();
    fillSecrets();
    compose('up', '--detach', '--build', ...rest);
  },
  stop: () => compose('down', ...rest),
  status: () => compose('ps', '--all', ...rest),
  logs: () =>
    rest.length
      ? compose('logs', '--tail=200', ...rest)
      : refuse('Logs of which service?', 'For example `pnpm infra:logs gateway`; add --follow to stay.'),
};

if (!Object.hasOwn(commands, command)) refuse(`There is no "${command}".`, `It is one of: ${Object.keys(commands).join(', ')}.`);
commands[command]();
