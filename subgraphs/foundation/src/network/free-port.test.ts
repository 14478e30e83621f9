import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isFree } from './free-port.ts';

/** One that listens there until it is disposed of. */
const aListener = async (port: number) => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
};

test('a port that the system gives to no connection by itself, and never the same twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768 60999');
  expect(Math.max(...ports)).toBeLessThan(Number(range.split(/\s+/)[0]));
});

test('one in use is passed over, and so is one that was chosen before', async () => {
  const [port, next] = [await freePort(), await freePort()];
  const neverChosen = port - 10_000;
  {
    await using _ = await aListener(neverChosen);
    expect(await isFree(neverChosen)).toBe(false);
    const picks = [port, next, neverChosen, neverChosen + 1];
    expect(await freePort(() => picks.shift() ?? 0)).toBe(neverChosen + 1);
  }
  expect(await isFree(neverChosen)).toBe(true);
});
