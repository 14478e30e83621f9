import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type PluginService, startPluginService } from '../plugin-service/plugin-service.ts';
import { type PluginBundle, readPluginBundle } from './plugin-bundle.ts';

export interface DemoOptions {
  /** Of the repository. */
  readonly root: string;
  /** The data folder. */
  readonly folder: string;
  readonly url: string;
  readonly log: Logger;
}

/** What a finished seed leaves beside its data: the service's credential is shown once, and its port is registered. */
const seeded = z.object({ version: z.string(), port: z.number(), credential: z.string() });
export type Seeded = z.infer<typeof seeded>;

/** The service of the demo's plugin: it needs no platform to come up, only what a finished seed left. */
export interface DemoService {
  readonly bundle: PluginBundle;
  readonly known: Seeded | undefined;
  /** Under way already; undefined when there is something to seed. */
  readonly running: Promise<PluginService> | undefined;
  /** Starts it once it was seeded. */
  start(state: Seeded): Promise<PluginService>;
}

export const prepareDemoService = async (options: DemoOptions): Promise<DemoService> => {
  const bundle = await readPluginBundle(join(options.root, 'examples/analytics/dist'));
  const file = join(options.folder, 'plugins', `${bundle.id}.json`);
  const known = await readSeeded(file);
  const ready = known?.version === bundle.version && (await isFree(known.port));
  return {
    bundle,
    known,
    running: ready ? begun(serve(options, bundle, known)) : undefined,
    async start(state) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify(state), { mode: 0o600 });
      return serve(options, bundle, state);
    },
  };
};

// Awaited later: a failure before that is no unhandled one.
const begun = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

// In development the service runs from its source, as the platform does.
const fromSource = import.meta.url.endsWith('.ts');

const serve = ({ root, url, log }: DemoOptions, { id, service }: PluginBundle, { port, credential }: Seeded): Promise<PluginService> =>
  startPluginService({
    id,
    entry: fromSource ? join(root, 'examples/analytics/src/main.ts') : service,
    nodeArguments: fromSource ? ['--import', 'tsx', '--conditions', 'development'] : [],
    port,
    platformUrl: url,
    credential,
    log,
  });

const readSeeded = async (file: string): Promise<Seeded | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : seeded.safeParse(JSON.parse(text)).data;
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
};
