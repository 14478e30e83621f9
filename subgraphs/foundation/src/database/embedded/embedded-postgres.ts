import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../network/free-port.ts';
import { guard } from './guard.ts';
import { stopLeftover } from './leftover.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { barrierFor, postgresUser, type SystemUser } from './postgres-user.ts';

/** A PostgreSQL server of our own, as a child of this process, on a loopback port. */
export interface EmbeddedPostgres {
  /** Superuser URL without a database name's worth of meaning: it points at `postgres`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made if missing; holds the cluster and the superuser's password. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
  /** The superuser's, for a cluster that is yet to be made; a random one unless given. */
  readonly password?: string;
  /** Programs of another PostgreSQL than the one from npm. */
  readonly binaries?: PostgresBinaries;
}

/** A server that is coming up. */
export interface SpawnedPostgres extends EmbeddedPostgres {
  /** Once it accepts connections; rejects when it ends before. */
  readonly ready: Promise<void>;
}

export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const server = await spawnEmbeddedPostgres(options);
  await server.ready;
  return server;
};

/** Fails with a `PostgresUnreachable` before anything is written when its user can't reach the folder. */
export const spawnEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<SpawnedPostgres> => {
  const { folder, settings = {}, log = () => {} } = options;
  await stopLeftover(join(folder, 'cluster'));
  const prepared = await preparePostgres(options);
  const port = await freePort();
  const { child, ready } = start(prepared, { ...settings, port: String(port) }, log);
  return { url: prepared.url(port), port, ready, stop: () => stop(child) };
};

/** A cluster that is ready to be started, and how. */
export interface PreparedPostgres {
  readonly program: string;
  readonly user: SystemUser | undefined;
  arguments(settings: Readonly<Record<string, string>>): string[];
  /** Superuser URL on that port. */
  url(port: number): string;
}

/** Makes the cluster if it is missing; starts nothing. */
export const preparePostgres = async ({
  folder,
  binaries: given,
  password: chosen,
}: EmbeddedPostgresOptions): Promise<PreparedPostgres> => {
  const user = postgresUser();
  const cluster = join(folder, 'cluster');
  const barrier = await barrierToPostgres(folder);
  if (barrier) throw new PostgresUnreachable(barrier, folder);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const binaries = given ?? (await postgresBinaries(user));
  const password = await initialise(binaries, { folder, cluster, chosen: chosen ?? randomBytes(24).toString('hex') }, user);
  return {
    program: binaries.postgres,
    user,
    arguments: (settings) => [
      '-D',
      cluster,
      ...Object.entries({ ...defaults, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    url: (port) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
  };
};

/** The folder on the way to its data that PostgreSQL's user may not enter. */
export const barrierToPostgres = async (folder: string): Promise<string | undefined> => {
  const user = postgresUser();
  const barrier = user && (await barrierFor(user, join(folder, 'cluster')));
  return barrier === folder ? undefined : barrier;
};

/** PostgreSQL runs as the user `postgres` and may not pass a folder on the way to its data. */
export class PostgresUnreachable extends Error {
  override readonly name = 'PostgresUnreachable';

  constructor(
    readonly barrier: string,
    readonly folder: string,
  ) {
    super(`PostgreSQL runs as the user postgres, which may not enter ${barrier}.`);
  }
}

const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  log_min_messages: 'warning',
};

interface Cluster {
  readonly folder: string;
  readonly cluster: string;
  readonly chosen: string;
}

const initialise = async (
  binaries: PostgresBinaries,
  { folder, cluster, chosen: password }: Cluster,
  user: SystemUser | undefined,
): Promise<string> => {
  const passwordFile = join(folder, 'postgres.password');
  const known = await readFile(passwordFile, 'utf8').catch(() => undefined);
  const complete = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (known && complete) return known.trim();
  // The password file is written last: without it a run before was killed half-way, and nothing was acknowledged yet.
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { mode: 0o700 });
  if (user) await chown(cluster, user.uid, user.gid);
  const handedOver = join(cluster, '..', `.initdb-${process.pid}`);
  await writeFile(handedOver, password, { mode: 0o600 });
  if (user) await chown(handedOver, user.uid, user.gid);
  try {
    await run(
      binaries.initdb,
      ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${handedOver}`, '-E', 'UTF8', '--locale=C', '--no-instructions'],
      user,
    );
  } finally {
    await rm(handedOver, { force: true });
  }
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
};

const run = async (program: string, args: string[], user: SystemUser | undefined): Promise<void> => {
  const child = spawn(program, args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} failed (${code}): ${stderr.trim()}`);
};

const start = (prepared: PreparedPostgres, settings: Readonly<Record<string, string>>, log: (line: string) => void) => {
  const { program, user } = prepared;
  // Its own process group: a Ctrl-C at the terminal reaches us alone, and we stop it after the last query.
  const child = spawn(program, prepared.arguments(settings), { ...user, cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const unguard = guard(child, user);
  child.once('exit', unguard);
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      log(String(chunk).trimEnd());
      output = (output + chunk).slice(-4000);
      if (output.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code} while starting: ${output.trim()}`)));
  });
  // Awaited later, perhaps: a failure before that is no unhandled one.
  ready.catch(() => {});
  return { child, ready };
};

const stop = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  // A fast shutdown: running transactions are rolled back, everything committed is on disk.
  server.kill('SIGINT');
  const impatient = setTimeout(() => server.kill('SIGQUIT'), 5_000);
  await exited;
  clearTimeout(impatient);
};
