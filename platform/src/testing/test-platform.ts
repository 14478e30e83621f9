import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Mail } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import { testServerUrl } from '@plexica/foundation/testing';
import { type PlannerThread, startPlannerThread } from '@plexica/gateway';
import type { Plugin } from '@plexica/plugin-kit';
import { type Composer, createComposer } from '@plexica/plugins';
import { embeddedEnvironment } from '../assembly/embedded-environment.ts';
import { createPlatform, type Platform } from '../assembly/platform.ts';
import { type Client, createClient, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { demoPassword, platformAdmin } from '../demo/demo-tenants.ts';
import { servePluginFor } from './serve-plugin-for.ts';
import { type TenantClient, withPlugins } from './tenant-client.ts';

export interface TestPlatformOptions {
  /** Published, their services running; installed nowhere yet. */
  readonly plugins?: readonly Plugin[];
  /** Where to trace, as OpenTelemetry names it. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface TestTenant {
  readonly id: string;
  readonly slug: string;
  readonly admin: TenantClient;
  readonly user: Client;
  readonly guest: Client;
}

/** The whole platform in this process, on a database of its own, with two tenants and their users. */
export interface TestPlatform extends AsyncDisposable {
  readonly url: string;
  readonly platform: Platform;
  readonly tenants: { readonly acme: TestTenant; readonly globex: TestTenant };
  /** The platform admin. */
  readonly root: Client;
  readonly anonymous: Client;
  signIn(slug: string, username: string): Promise<Client>;
  /** What was mailed to the address. */
  mailsTo(address: string): Promise<readonly Mail[]>;
}

// What they answer depends on the question alone: one of each, warm after the first platform, does for all.
let threads: { composer: Composer; thread: PlannerThread } | undefined;
const sharedThreads = () => (threads ??= { composer: createComposer(), thread: startPlannerThread() });

/** `await using platform = await startTestPlatform({ plugins: [plugin] })`: everything stops with the scope, also when a test fails. */
export const startTestPlatform = async ({ plugins = [], variables }: TestPlatformOptions = {}): Promise<TestPlatform> => {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'plexica-platform-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const installation = `p${Math.random().toString(36).slice(2, 10)}`;
    const environment = await embeddedEnvironment({
      folder,
      url,
      demo: true,
      superuserUrl: testServerUrl(),
      logLevel: 'error',
      installation,
      variables,
    });
    const platform = await createPlatform({ environment, ...sharedThreads() });
    stops.push(() => platform.stop());
    await platform.listen({ host: '127.0.0.1', port });
    const { onboarding } = platform.core;
    await onboarding.createUserWithPassword(platformTenant, {
      email: platformAdmin,
      displayName: 'Rosa Root',
      password: demoPassword,
      roles: ['super_admin'],
    });
    const root = await signIn(url, 'plexica', platformAdmin, demoPassword);
    const [acme, globex] = await Promise.all([
      aTenant(platform, root, url, 'acme', 'Acme'),
      aTenant(platform, root, url, 'globex', 'Globex'),
    ]);
    for (const plugin of plugins) stops.push(await servePluginFor(root, url, plugin, platform.core.foundation.tracer));
    platform.prepared();
    return {
      url,
      platform,
      root,
      tenants: { acme, globex },
      anonymous: createClient({ url }),
      signIn: (slug, username) => signIn(url, slug, username, demoPassword),
      async mailsTo(address) {
        const mails = fileURLToPath(environment.MAIL_URL);
        const files = (await readdir(mails)).sort();
        const all = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(mails, file), 'utf8')) as Mail));
        return all.filter(({ to }) => to === address);
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const aTenant = async (platform: Platform, root: Client, url: string, slug: string, name: string): Promise<TestTenant> => {
  const { foundation, onboarding } = platform.core;
  const created = await mutate<{ tenant: { id: string }; operation: { id: string } }>(
    root,
    'createTenant',
    { slug, name, adminEmail: `admin@${slug}.test`, adminDisplayName: 'Ada Admin' },
    'tenant { id } operation { id }',
  );
  await foundation.operations.settled(created.operation.id);
  const tenant = { id: created.tenant.id, slug };
  for (const role of ['admin', 'user', 'guest']) {
    await onboarding.createUserWithPassword(tenant, {
      email: `${role}@${slug}.test`,
      displayName: `The ${role}`,
      password: demoPassword,
      roles: [role],
    });
  }
  const [admin, user, guest] = await Promise.all(
    ['admin', 'user', 'guest'].map((role) => signIn(url, slug, `${role}@${slug}.test`, demoPassword)),
  );
  if (!admin || !user || !guest) throw new Error('unreachable');
  return { ...tenant, user, guest, admin: withPlugins(admin) };
};
