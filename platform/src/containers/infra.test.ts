import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requiredVariables, root } from './compose-file.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plexica-infra-'));
  copyFileSync(`${root}docker-compose.yml`, join(folder, 'docker-compose.yml'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An engine that writes down what it is asked. */
const anEngine = () => {
  const program = join(folder, 'docker');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> "${join(folder, 'asked')}"\n`);
  chmodSync(program, 0o755);
};

const infra = (...args: string[]) => {
  const path = [folder, dirname(process.execPath), '/bin'].join(delimiter);
  const env = { PATH: path, PLEXICA_INFRA_FOLDER: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}platform/infra.mjs`, ...args], { env, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};
const asked = () =>
  readFileSync(join(folder, 'asked'), 'utf8')
    .split('\n')
    .filter((line) => line && line !== 'compose version');
const environment = () => readFileSync(join(folder, '.env'), 'utf8');

describe('pnpm infra', () => {
  it('makes up the secrets once, for this user alone, and starts everything', () => {
    anEngine();

    expect(infra('start').status).toBe(0);
    const first = environment();
    expect(infra('start').status).toBe(0);

    expect(asked()).toEqual(['compose up --detach --build', 'compose up --detach --build']);
    for (const name of requiredVariables()) expect(first).toMatch(new RegExp(`^${name}=[0-9a-f]{48}$`, 'm'));
    expect(environment()).toBe(first);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
  });

  it('keeps the secrets somebody has set', () => {
    anEngine();
    writeFileSync(join(folder, '.env'), 'MINIO_PASSWORD=chosen-by-hand');

    infra('start');

    expect(environment()).toContain('MINIO_PASSWORD=chosen-by-hand\n');
    expect(environment().match(/MINIO_PASSWORD/g)).toHaveLength(1);
  });

  it('stops, tells the state, and shows the log of one service', () => {
    anEngine();

    for (const args of [['stop'], ['status'], ['logs', 'gateway', '--follow']]) infra(...args);

    expect(asked()).toEqual(['compose down', 'compose ps --all', 'compose logs --tail=200 gateway --follow']);
  });

  it('says what to do without an engine, without a service, and with a wrong word', () => {
    expect(infra('start')).toMatchObject({ status: 1, said: expect.stringContaining('pnpm@12 services up') });
    anEngine();
    expect(infra('logs')).toMatchObject({ status: 1, said: expect.stringContaining('infra:logs gateway') });
    expect(infra('begin')).toMatchObject({ status: 1, said: expect.stringContaining('start, stop, status, logs') });
  });
});
