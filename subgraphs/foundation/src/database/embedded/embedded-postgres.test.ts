import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../network/free-port.ts';
import { PostgresUnreachable, preparePostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const aFolder = async () => {
  const folder = await mkdtemp('/var/tmp/plexica-embedded-');
  await chmod(folder, 0o755);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

describe('starting the embedded PostgreSQL', () => {
  it('ends when its parent is killed, and keeps what was committed', async () => {
    await using place = await aFolder();
    const script = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)});
      const server = await startEmbeddedPostgres({ folder: ${JSON.stringify(join(place.folder, 'data'))} });
      console.log(server.url);
      setInterval(() => {}, 1000);`;
    const killed = spawn(process.execPath, ['--import', 'tsx', '--conditions', 'development', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) => killed.stdout.once('data', (chunk) => resolve(String(chunk).trim())));
    await query(url, 'create table kept as select 7 as number');
    killed.kill('SIGKILL');
    const isGone = () =>
      query(url, 'select 1').then(
        () => false,
        () => true,
      );
    while (!(await isGone())) await new Promise((resolve) => setTimeout(resolve, 20));

    const server = await startEmbeddedPostgres({ folder: join(place.folder, 'data') });
    expect(await query(server.url, 'select number from kept')).toEqual([{ number: 7 }]);
    await server.stop();
  });

  it('takes over from a server that was left on its data', async () => {
    await using place = await aFolder();
    const prepared = await preparePostgres({ folder: place.folder });
    const port = await freePort();
    const left = spawn(prepared.program, prepared.arguments({ port: String(port) }), { ...prepared.user, cwd: '/', stdio: 'pipe' });
    await new Promise<void>((resolve) => left.stderr.on('data', (chunk) => String(chunk).includes('ready to accept') && resolve()));

    const server = await startEmbeddedPostgres({ folder: place.folder });

    await expect(query(prepared.url(port), 'select 1')).rejects.toThrow();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it.runIf(process.getuid?.() === 0)('names the folder that its user may not enter, before it writes anything', async () => {
    await using place = await aFolder();
    await chmod(place.folder, 0o700);
    await expect(startEmbeddedPostgres({ folder: join(place.folder, 'data') })).rejects.toThrow(PostgresUnreachable);
  });
});
