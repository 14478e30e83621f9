import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '@plexica/foundation';
import { describe, expect, it } from 'vitest';
import { signIn } from '../client/client.ts';
import { demoPassword } from '../demo/demo-tenants.ts';

const launcher = fileURLToPath(new URL('../../launch.mjs', import.meta.url));
const up = 'Ctrl-C stops everything';

const aFolder = async () => {
  const folder = await mkdtemp('/var/tmp/plexica-launch-');
  await chmod(folder, 0o755);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

const launch = (...args: string[]) => {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const until = async (text: string) => {
    for (let waited = 0; waited < 100_000 && !output.includes(text); waited += 20) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(output).toContain(text);
  };
  return { child, until, output: () => output };
};

const ended = async (child: ChildProcess) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined);
const processesOn = (folder: string) =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) && !line.includes('ps -eo'));

const until = async (holds: () => Promise<boolean>) => {
  let held = false;
  for (let waited = 0; !held && waited < 15_000; waited += 100) {
    held = await holds();
    if (!held) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return held;
};

/** The system's own, where it is too old for Plexica. */
const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => {
  const [, major = ''] = /^v(\d+)/.exec(existsSync(file) ? execFileSync(file, ['--version'], { encoding: 'utf8' }) : '') ?? [];
  return major !== '' && Number(major) < 22;
});

describe('starting Plexica', () => {
  it('keeps after kill -9 what was acknowledged, and stops without a trace on Ctrl-C', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    const first = launch('--port', port, '--data', data);
    await first.until(up);
    const root = await signIn(url, 'plexica', 'root@plexica.test', demoPassword);
    const created = await root.query<{ createTenant: { tenant: { id: string } } }>(
      'mutation { createTenant(input: { slug: "kept-corp", name: "Kept", adminEmail: "a@kept.test" }) { tenant { id } } }',
    );
    first.child.kill('SIGKILL');
    await ended(first.child);

    const second = launch('--port', port, '--data', data);
    await second.until(up);
    const again = await signIn(url, 'plexica', 'root@plexica.test', demoPassword);
    const member = await signIn(url, 'demo-company', 'user@demo-company.test', demoPassword);
    const isActive = async () =>
      (await again.query<{ tenantBySlug: { status: string } }>('{ tenantBySlug(slug: "kept-corp") { status } }')).data?.tenantBySlug
        ?.status === 'ACTIVE';
    const isCounted = async () =>
      ((await member.query<{ tenant: { analytics: { signInsToday: number } | null } }>('{ tenant { analytics { signInsToday } } }')).data
        ?.tenant.analytics?.signInsToday ?? 0) > 0;
    expect(created.data?.createTenant.tenant.id).toEqual(expect.any(String));
    expect([await until(isActive), await until(isCounted)]).toEqual([true, true]);

    const beside = launch('--port', String(await freePort()), '--data', data);
    await ended(beside.child);
    expect(beside.output()).toContain('already runs on');
    const stopping = performance.now();
    second.child.kill('SIGINT');
    await ended(second.child);
    expect(performance.now() - stopping).toBeLessThan(10_000);
    expect(second.child.exitCode).toBe(0);
    expect(processesOn(data)).toEqual([]);
  }, 240_000);

  it('serves no demo data without a demo, and makes a first admin where there is nothing', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const port = String(await freePort());
    const demo = launch('--port', port, '--data', data);
    await demo.until(up);
    demo.child.kill('SIGTERM');
    await ended(demo.child);
    await writeFile(`${data}/mine.txt`, 'not of a run');

    const refused = launch('--port', port, '--data', data, '--no-demo');
    await ended(refused.child);
    expect(refused.output()).toContain('demo accounts, whose passwords are public');
    const empty = launch('--port', port, '--data', data, '--no-demo', '--reset');
    await empty.until(up);
    const { email, password } = JSON.parse(await readFile(`${data}/first-admin.json`, 'utf8'));
    expect(empty.output()).toContain(password);
    const admin = await signIn(`http://localhost:${port}`, 'plexica', email, password);
    expect((await admin.query<{ tenants: { totalCount: number } }>('{ tenants { totalCount } }')).data?.tenants.totalCount).toBe(0);
    expect(await readFile(`${data}/mine.txt`, 'utf8')).toBe('not of a run');
    empty.child.kill('SIGTERM');
    await ended(empty.child);
    expect(processesOn(data)).toEqual([]);
  }, 240_000);

  it('leaves nothing behind either when it is stopped while it comes up', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const { child, until, output } = launch('--port', String(await freePort()), '--data', data, '--no-demo');
    await until('PostgreSQL');
    child.kill('SIGINT');
    // As a runner does that passes on what the terminal sent to both.
    await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    await ended(child);
    expect(output()).not.toMatch(/^\s+at /m);
    expect(processesOn(data)).toEqual([]);
  }, 60_000);

  it('says in words that the port is taken, and what to do', async () => {
    await using folder = await aFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { child, output } = launch('--port', String(port), '--data', `${folder.path}/data`);
    await ended(child);
    taken.close();
    expect(output()).toContain(`Port ${port} is in use.`);
    expect(output()).toContain(`--port ${port + 1}`);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['a folder that cannot be made', '/dev/null/data', 'can’t be written'],
    ['a folder where the system makes none', '/proc/plexica/data', 'can’t be written'],
    ['a port that is none', '', 'is no port'],
  ])('explains %s without a stack trace', async (_what, data, words) => {
    const { child, output } = launch('--port', data ? String(await freePort()) : 'http', ...(data ? ['--data', data] : []));
    await ended(child);
    expect(child.exitCode).toBe(1);
    expect(output().replaceAll("'", '’')).toContain(words);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it.runIf(process.getuid?.() === 0)('names the folder that PostgreSQL’s user may not enter when started as root', async () => {
    await using folder = await aFolder();
    await chmod(folder.path, 0o700);
    const { child, output } = launch('--port', String(await freePort()), '--data', `${folder.path}/data`, '--no-demo');
    await ended(child);
    expect(output()).toContain(`chmod o+x ${folder.path}`);
  });

  it('loads no client of a service that is not in use, and nothing that is used later', () => {
    const onExit = "process.on('exit', () => console.log(loaded.join('\\n')))";
    const load = 'load: (url, context, next) => (loaded.push(url), next(url, context))';
    const hook = `data:text/javascript,import { registerHooks } from 'node:module'; const loaded = []; registerHooks({ ${load} }); ${onExit}`;
    const { stdout } = spawnSync(process.execPath, ['--import', hook, fileURLToPath(new URL('../../dist/index.js', import.meta.url))], {
      encoding: 'utf8',
    });
    const packages = new Set(Array.from(stdout.matchAll(/.*\/node_modules\/((?:@[^/]+\/)?[^/\n]+)/g), ([, name]) => name));
    expect(packages).toContain('fastify');
    expect(
      [
        'kafkajs',
        'ioredis',
        'graphql-redis-subscriptions',
        'minio',
        'nodemailer',
        '@keycloak/keycloak-admin-client',
        'pgsql-parser',
        'oidc-provider',
      ].filter((name) => packages.has(name)),
    ).toEqual([]);
  });

  it.runIf(olderNode)('says which Node it needs to one that is too old', async () => {
    const { stderr, status } = spawnSync(olderNode ?? '', [launcher], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/needs Node 22\.17 or newer.*\n.*npx -y pnpm@12 start/)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
