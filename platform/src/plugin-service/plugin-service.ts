import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';

/** A plugin's own HTTP service, as a child of this process on a loopback port. */
export interface PluginService {
  readonly url: string;
  stop(): Promise<void>;
}

export interface PluginServiceOptions {
  readonly id: string;
  /** What to run with Node. */
  readonly entry: string;
  readonly nodeArguments?: readonly string[];
  readonly port: number;
  readonly platformUrl: string;
  readonly credential: string;
  readonly log: Logger;
}

/** Starts the service and waits until it answers; a service that dies is started again, more slowly each time. */
export const startPluginService = async (options: PluginServiceOptions): Promise<PluginService> => {
  let stopping = false;
  let child = launch(options);
  let pause = 500;
  const keepAlive = (current: ChildProcess) =>
    current.once('exit', (code) => {
      if (stopping) return;
      options.log.warn({ plugin: options.id, code, restartInMs: pause }, 'plugin service ended');
      setTimeout(() => {
        if (stopping) return;
        child = launch(options);
        keepAlive(child);
      }, pause);
      pause = Math.min(pause * 2, 30_000);
    });
  keepAlive(child);
  const url = `http://127.0.0.1:${options.port}`;
  await answers(`${url}/_plexica/health`);
  return {
    url,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), 4_000);
      await exited;
      clearTimeout(impatient);
    },
  };
};

// The service watches its standard input: when this process dies, however, the pipe closes and the service ends too.
const launch = ({ id, entry, nodeArguments = [], port, platformUrl, credential, log }: PluginServiceOptions): ChildProcess => {
  const child = spawn(process.execPath, [...nodeArguments, entry], {
    env: {
      PATH: process.env.PATH,
      TSX_TSCONFIG_PATH: process.env.TSX_TSCONFIG_PATH,
      NODE_ENV: process.env.NODE_ENV,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOST: '127.0.0.1',
      PORT: String(port),
      PLEXICA_URL: platformUrl,
      PLEXICA_PLUGIN_CREDENTIAL: credential,
      PLEXICA_STOP_WITH_PARENT: '1',
    },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => log.debug({ plugin: id }, line));
  return child;
};

const answers = async (url: string): Promise<void> => {
  for (let waited = 0; waited < 15_000; waited += 50) {
    const healthy = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The plugin service at ${url} does not answer.`);
};
