import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { services } from './catalog.ts';
import { goProgram } from './go-program.ts';
import { createCache, startServices } from './index.ts';
import { runService } from './run-service.ts';
import { serviceState } from './service-state.ts';

const aFolder = async () => {
  const folder = await mkdtemp('/var/tmp/plexica-services-test-');
  await chmod(folder, 0o755);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

const listener = async (port: number) => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** Takes a port and tells by how much it is above the standard one. As much above another one nobody listens. */
const takenPort = async (standard: number, another: number): Promise<{ readonly other: Server; readonly offset: number }> => {
  const other = await listener(0);
  const offset = (other.address() as { port: number }).port - standard;
  try {
    const probe = await listener(another + offset);
    probe.close();
    await once(probe, 'close');
    return { other, offset };
  } catch {
    other.close();
    return takenPort(standard, another);
  }
};

const pidOf = async (folder: string, name: string): Promise<number> =>
  (JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as { pid: number }).pid;

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000, query_timeout: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    void client.end().catch(() => {});
  }
};

describe('starting services', () => {
  it('starts each once, however often it is asked', async () => {
    await using place = await aFolder();
    await using first = await startServices(['redis'], { ...place, ports: 'free' });
    const pid = await pidOf(place.folder, 'redis');

    const second = await startServices(['redis'], { ...place, ports: 'free' });

    expect(await pidOf(place.folder, 'redis')).toBe(pid);
    expect(second.urlOf('redis')).toBe(first.urlOf('redis'));
  });

  it('starts one that was killed again, at its address and with what it had acknowledged', async () => {
    await using place = await aFolder();
    await using running = await startServices(['postgres'], { ...place, ports: 'free' });
    const url = running.urlOf('postgres');
    await query(url, 'create table kept as select 7 as number');

    await running.kill('postgres');

    await expect(query(url, 'select 1')).rejects.toThrow();
    expect((await serviceState(services.postgres, place.folder)).state).toBe('down');
    await running.start('postgres');
    expect(await query(url, 'select number from kept')).toEqual([{ number: 7 }]);
  });

  it('lets one hang, and go on', async () => {
    await using place = await aFolder();
    await using running = await startServices(['postgres'], { ...place, ports: 'free' });
    const url = running.urlOf('postgres');

    await running.pause('postgres');

    await expect(query(url, 'select 1')).rejects.toThrow();
    expect((await serviceState(services.postgres, place.folder)).state).toBe('unwell');
    await running.resume('postgres');
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('ends what it started when another fails, and leaves what ran before', async () => {
    await using place = await aFolder();
    await using before = await startServices(['redis'], { ...place, ports: 'free' });
    const { other, offset } = await takenPort(11_025, 15_432);

    // At this offset the port of the mail server is taken.
    await expect(startServices(['postgres', 'mailpit'], { ...place, ports: { offset } })).rejects.toThrow(/meant for mailpit, is in use/);

    expect((await serviceState(services.postgres, place.folder)).state).toBe('down');
    expect((await serviceState(services.redis, place.folder)).state).toBe('up');
    expect(before.urlOf('redis')).toBeTruthy();
    other.close();
  });

  it('says which port is taken, and how to choose another', async () => {
    await using place = await aFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const offset = port - 16_379;

    await expect(startServices(['redis'], { ...place, ports: { offset } })).rejects.toThrow(`Port ${port}, meant for redis, is in use.`);

    other.close();
  });

  it('shows the end of the log of one that does not come up', async () => {
    await using place = await aFolder();
    const broken = { ...services.redis, prepare: async () => ({ command: '/bin/sh', arguments: ['-c', 'echo the disk is full; exit 1'] }) };
    const options = { ...place, ports: 'free' as const, cache: createCache(), urlOf: () => '', say: () => {} };

    await expect(runService(broken, options)).rejects.toThrow(/redis ended while starting:\nthe disk is full/);
  });

  it('refuses a module that is not the one that was pinned', async () => {
    await using place = await aFolder();
    const obtain = goProgram({ module: 'github.com/axllent/mailpit', version: 'v1.27.11', sum: 'h1:other', variable: 'PLEXICA_NONE' });
    await expect(obtain(createCache(place.folder))).rejects.toThrow(/not the module that was pinned/);
  });

  it('leaves a process alone that only has the number of one of ours', async () => {
    await using place = await aFolder();
    await using running = await startServices(['redis'], { ...place, ports: 'free' });
    const record = join(place.folder, 'redis.json');
    const written = JSON.parse(await readFile(record, 'utf8')) as object;
    const { pid } = written as { pid: number };
    await writeFile(record, JSON.stringify({ ...written, pid: process.pid }));

    await running.stop();

    expect(process.kill(pid, 0)).toBe(true);
    await writeFile(record, JSON.stringify(written));
  });
});
