import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { freePort, platformTenant } from '@plexica/foundation/database';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Platform } from '../assembly/platform.ts';
import { type PluginService, startPluginService } from '../plugin-service/plugin-service.ts';
import { type PluginBundle, readPluginBundle } from './plugin-bundle.ts';
import { publishDemoPlugin } from './publish-demo-plugin.ts';
import { seedDemo } from './seed-demo.ts';

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
type Seeded = z.infer<typeof seeded>;

/** The demo of a start: everything is seeded over the API, or was before; then only its plugin's service has to run. */
export interface Demo {
  /** Starts what needs no platform yet; undefined when there is something to seed. */
  readonly service: Promise<PluginService> | undefined;
  /** Seeds what is missing, as far as a killed seed got. */
  seed(platform: Platform): Promise<PluginService>;
}

export const prepareDemo = async (options: DemoOptions): Promise<Demo> => {
  const bundle = await readPluginBundle(join(options.root, 'examples/analytics/dist'));
  const file = join(options.folder, 'plugins', `${bundle.id}.json`);
  const known = await readSeeded(file);
  const ready = known?.version === bundle.version && (await isFree(known.port));
  return {
    service: ready ? begun(serve(options, bundle, known)) : undefined,
    async seed(platform) {
      const admin = await seedDemo(options.url, accountsOf(platform));
      const port = await freePort();
      const credential = await publishDemoPlugin(admin, {
        bundle,
        platformUrl: options.url,
        serviceUrl: `http://127.0.0.1:${port}`,
        kept: known?.credential,
      });
      const state: Seeded = { version: bundle.version, port, credential };
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

const accountsOf = ({ core: { onboarding, directory } }: Platform) => ({
  createPlatformAdmin: (account: { email: string; displayName: string; password: string }) =>
    onboarding.createUserWithPassword(platformTenant, { ...account, roles: ['super_admin'] }),
  async createTenantUser(slug: string, { role, ...account }: { email: string; displayName: string; password: string; role: string }) {
    const tenant = await directory.tenant(slug);
    if (!tenant) throw new Error(`The demo tenant ${slug} is missing.`);
    await onboarding.createUserWithPassword({ id: tenant.id, slug }, { ...account, roles: [role] });
  },
});

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
