import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@plexica/foundation';
import { bootstrapCluster } from '@plexica/foundation/database';
import { built, testServerUrl } from '@plexica/foundation/testing';

type Role = 'tenancy' | 'identity' | 'plugins' | 'worker' | `gateway-${number}`;

/** A line of the log that says why something failed; clients are told no more than that it did. */
const tellsError = /^\{"level":[56]0,/;

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const tsconfig = file('../../../tsconfig.json');
const mains = {
  tenancy: file('../../../subgraphs/tenancy/dist/main.js'),
  identity: file('../../../subgraphs/identity/dist/main.js'),
  plugins: file('../../../subgraphs/plugins/dist/main.js'),
  worker: file('../../dist/worker.js'),
  gateway: file('../../dist/gateway.js'),
};

/** Each part of the platform as a process of its own, on a database of its own. */
export interface DistributedPlatform extends AsyncDisposable {
  /** The gateways' addresses; the first one is the public one. */
  readonly gateways: readonly string[];
  /** Prefix of its names on shared servers. */
  readonly installation: string;
  /** Runs one of the platform's tools in the same environment; answers what it printed. */
  run(tool: string, args: readonly string[]): Promise<string>;
  /** Tells a process to stop; answers its exit code. */
  stop(role: Role): Promise<number | null>;
  signal(role: Role, signal: NodeJS.Signals): void;
  start(role: Role): Promise<void>;
}

export interface DistributedOptions {
  /** Variables beside those of the embedded defaults. */
  readonly variables?: Readonly<Record<string, string>>;
}

export const startDistributedPlatform = async ({ variables = {} }: DistributedOptions = {}): Promise<DistributedPlatform> => {
  await built('@plexica/platform');
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'plexica-distributed-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const roles: readonly Role[] = ['tenancy', 'identity', 'plugins', 'worker', 'gateway-1', 'gateway-2'];
  const ports = new Map<Role, number>();
  for (const role of roles) ports.set(role, await freePort());
  const at = (role: Role) => `http://127.0.0.1:${ports.get(role)}`;
  const url = at('gateway-1').replace('127.0.0.1', 'localhost');
  const installation = `d${Math.random().toString(36).slice(2, 10)}`;
  const logins = await bootstrapCluster(testServerUrl(), { installation });
  const environment = {
    ...process.env,
    TSX_TSCONFIG_PATH: tsconfig,
    PLEXICA_URL: url,
    PLEXICA_DEMO: 'true',
    PLEXICA_INSTALLATION: installation,
    PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
    PLEXICA_PLUGIN_HOSTS: '127.0.0.1,localhost',
    PLEXICA_TENANCY_URL: at('tenancy'),
    PLEXICA_IDENTITY_URL: at('identity'),
    PLEXICA_PLUGINS_URL: at('plugins'),
    DATABASE_URL: logins.url,
    DATABASE_OWNER_URL: logins.ownerUrl,
    STORAGE_URL: `file://${folder}/storage`,
    MAIL_URL: `file://${folder}/mail`,
    LOG_LEVEL: 'info',
    ...variables,
  };
  const children = new Map<Role, ChildProcess>();
  const node = (args: readonly string[], more: Record<string, string> = {}) =>
    spawn(process.execPath, args, {
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  const start = async (role: Role): Promise<void> => {
    const child = node([mains[role.replace(/-\d$/, '') as keyof typeof mains]], { PORT: String(ports.get(role)) });
    children.set(role, child);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout })
        .on('line', (line) => {
          if (/listens|works/.test(line)) resolve();
          if (tellsError.test(line)) console.error(`${role}: ${line}`);
        })
        .on('close', () => reject(new Error(`${role} ended before it was ready.`)));
    });
  };
  const stop = async (role: Role): Promise<number | null> => {
    const child = children.get(role);
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    return code;
  };
  stack.defer(async () => {
    for (const child of children.values()) child.kill('SIGKILL');
  });
  await Promise.all(roles.map(start));
  const running = stack.move();
  return {
    gateways: [url, at('gateway-2')],
    installation,
    start,
    stop,
    signal: (role, signal) => void children.get(role)?.kill(signal),
    async run(tool, args) {
      const child = node(['--import', 'tsx', '--conditions=development', file(`../tools/${tool}.ts`), ...args], {
        PLEXICA_ADMIN_PASSWORD: 'plexica-demo',
      });
      const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const lines: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => printed }) lines.push(line);
      if (child.exitCode === null) await once(child, 'exit');
      if (child.exitCode !== 0) throw new Error(`${tool} ended with ${child.exitCode}: ${lines.join('\n')}`);
      return lines.join('\n');
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
