import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { portOf, type Service, secretOf } from './service.ts';
import { findTool, type Tool } from './tool.ts';

const server: Tool = { program: 'redis-server', for: 'Redis', get: 'apt-get install redis-server (macOS: brew install redis)' };

/** Redis from the machine's own packages. */
export const redis: Service = {
  name: 'redis',
  version: "7, the machine's package",
  ports: { redis: 16_379 },
  secrets: ['password'],
  startWithinMs: 10_000,
  obtain: () => findTool(server),
  async prepare(place) {
    const configuration = join(place.folder, 'redis.conf');
    const lines = [
      'bind 127.0.0.1',
      `port ${portOf(place, 'redis')}`,
      `requirepass ${secretOf(place, 'password')}`,
      `dir "${place.folder}"`,
      'appendonly yes',
      'save ""',
      'daemonize no',
      // Its command line keeps naming this folder.
      'set-proc-title no',
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
    return { command: place.program, arguments: [configuration] };
  },
  async isHealthy(place) {
    const socket = connect(portOf(place, 'redis'), '127.0.0.1');
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    try {
      await once(socket, 'connect');
      socket.write(`AUTH ${secretOf(place, 'password')}\r\nPING\r\n`);
      for await (const chunk of socket) if (String(chunk).includes('+PONG')) return true;
      return false;
    } finally {
      socket.destroy();
    }
  },
  url: (place) => `redis://:${secretOf(place, 'password')}@127.0.0.1:${portOf(place, 'redis')}`,
  async environment(place) {
    return { PUBSUB_URL: this.url(place), STATE_URL: this.url(place) };
  },
};
