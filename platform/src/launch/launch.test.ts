import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '@plexica/foundation/database';
import { describe, expect, it } from 'vitest';
import { signIn } from '../client/client.ts';
import { demoPassword } from '../demo/demo-tenants.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tsx = ['--import', 'tsx', '--conditions', 'development', `${root}platform/src/start.ts`];

const aFolder = async () => {
  const folder = await mkdtemp('/var/tmp/plexica-launch-');
  await chmod(folder, 0o755);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

const launch = (...args: string[]) => {
  const child = spawn(process.execPath, [...tsx, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.json` },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const until = async (text: string) => {
    for (let waited = 0; waited < 40_000 && !output.includes(text); waited += 20) {
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

describe('starting Plexica', () => {
  it('keeps after kill -9 what was acknowledged, and stops without a trace on Ctrl-C', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    const first = launch('--port', port, '--data', data);
    await first.until('Ctrl-C stops everything');
    const root = await signIn(url, 'plexica', 'root@plexica.test', demoPassword);
    const created = await root.query<{ createTenant: { tenant: { id: string } } }>(
      'mutation { createTenant(input: { slug: "kept-corp", name: "Kept", adminEmail: "a@kept.test" }) { tenant { id } } }',
    );
    first.child.kill('SIGKILL');
    await ended(first.child);

    const second = launch('--port', port, '--data', data);
    await second.until('Ctrl-C stops everything');
    const again = await signIn(url, 'plexica', 'root@plexica.test', demoPassword);
    let status: string | undefined;
    for (let waited = 0; status !== 'ACTIVE' && waited < 15_000; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      status = (await again.query<{ tenantBySlug: { status: string } }>('{ tenantBySlug(slug: "kept-corp") { status } }')).data
        ?.tenantBySlug?.status;
    }
    expect([created.data?.createTenant.tenant.id !== undefined, status]).toEqual([true, 'ACTIVE']);
    const member = await signIn(url, 'demo-company', 'user@demo-company.test', demoPassword);
    let counted = 0;
    for (let waited = 0; counted < 1 && waited < 15_000; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const answer = await member.query<{ tenant: { analytics: { signInsToday: number } | null } }>(
        '{ tenant { analytics { signInsToday } } }',
      );
      counted = answer.data?.tenant.analytics?.signInsToday ?? 0;
    }
    expect(counted).toBeGreaterThan(0);

    const stopping = performance.now();
    second.child.kill('SIGINT');
    await ended(second.child);
    expect(performance.now() - stopping).toBeLessThan(10_000);
    expect(second.child.exitCode).toBe(0);
    expect(processesOn(data)).toEqual([]);
  }, 120_000);

  it('leaves nothing behind either when it is stopped while it comes up', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const { child, until, output } = launch('--port', String(await freePort()), '--data', data, '--no-demo');
    await until('PostgreSQL');
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
    ['a port that is none', '', 'is no port'],
  ])('explains %s without a stack trace', async (_what, data, words) => {
    const { child, output } = launch('--port', data ? String(await freePort()) : 'http', ...(data ? ['--data', data] : []));
    await ended(child);
    expect(child.exitCode).toBe(1);
    expect(output().replaceAll("'", '’')).toContain(words);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it('makes a first admin where there is no demo, and serves no demo data without one', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const port = String(await freePort());
    const empty = launch('--port', port, '--data', data, '--no-demo');
    await empty.until('Ctrl-C stops everything');
    const { email, password } = JSON.parse(await readFile(`${data}/first-admin.json`, 'utf8'));
    expect(empty.output()).toContain(password);
    await expect(signIn(`http://localhost:${port}`, 'plexica', email, password)).resolves.toBeDefined();
    empty.child.kill('SIGTERM');
    await ended(empty.child);

    const demo = launch('--port', port, '--data', data, '--reset');
    await demo.until('Ctrl-C stops everything');
    demo.child.kill('SIGTERM');
    await ended(demo.child);
    const refused = launch('--port', port, '--data', data, '--no-demo');
    await ended(refused.child);

    expect(refused.output()).toContain('demo accounts, whose passwords are public');
  }, 120_000);

  it('refuses a second start on the same data while the first one runs', async () => {
    await using folder = await aFolder();
    const data = `${folder.path}/data`;
    const first = launch('--port', String(await freePort()), '--data', data, '--no-demo');
    await first.until('Ctrl-C stops everything');
    const second = launch('--port', String(await freePort()), '--data', data, '--no-demo');
    await ended(second.child);
    expect(second.output()).toContain('already runs on');
    first.child.kill('SIGTERM');
    await ended(first.child);
    expect(processesOn(data)).toEqual([]);
  }, 60_000);

  it.runIf(process.getuid?.() === 0)('names the folder that PostgreSQL’s user may not enter when started as root', async () => {
    await using folder = await aFolder();
    await chmod(folder.path, 0o700);
    const { child, output } = launch('--port', String(await freePort()), '--data', `${folder.path}/data`, '--no-demo');
    await ended(child);
    expect(output()).toContain(`chmod o+x ${folder.path}`);
  });
});
