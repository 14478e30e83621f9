import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort, platformTenant } from '@plexica/foundation/database';
import type { Platform } from '../assembly/platform.ts';
import { startPluginService } from '../plugin-service/plugin-service.ts';
import { readPluginBundle } from './plugin-bundle.ts';
import { publishDemoPlugin } from './publish-demo-plugin.ts';
import { seedDemo } from './seed-demo.ts';

/** Seeds what is missing, and runs the analytics plugin as a service of its own. */
export const runDemo = async (
  platform: Platform,
  { root, folder, url }: { root: string; folder: string; url: string },
): Promise<{ stop(): Promise<void> }> => {
  const { onboarding, directory, foundation } = platform.core;
  const keyOf = async (slug: string) => {
    const tenant = await directory.tenant(slug);
    if (!tenant) throw new Error(`The demo tenant ${slug} is missing.`);
    return { id: tenant.id, slug };
  };
  const admin = await seedDemo(url, {
    createPlatformAdmin: (account) => onboarding.createUserWithPassword(platformTenant, { ...account, roles: ['super_admin'] }),
    createTenantUser: async (slug, { role, ...account }) =>
      onboarding.createUserWithPassword(await keyOf(slug), { ...account, roles: [role] }),
  });
  const bundle = await readPluginBundle(join(root, 'examples/analytics/dist'));
  const port = await freePort();
  const credential = await publishDemoPlugin(admin, {
    bundle,
    platformUrl: url,
    serviceUrl: `http://127.0.0.1:${port}`,
    kept: keptCredential(join(folder, 'plugins', `${bundle.id}.credential`)),
  });
  const { entry, nodeArguments } = fromSource ? developed(root) : { entry: bundle.service, nodeArguments: [] };
  return startPluginService({ id: bundle.id, entry, nodeArguments, port, platformUrl: url, credential, log: foundation.log });
};

// In development the service runs from its source, as the platform does.
const fromSource = import.meta.url.endsWith('.ts');
const developed = (root: string) => ({
  entry: join(root, 'examples/analytics/src/main.ts'),
  nodeArguments: ['--import', 'tsx', '--conditions', 'development'],
});

/** The service credential is shown once, so the demo keeps it beside its data. */
const keptCredential = (file: string) => ({
  read: () => readFile(file, 'utf8').catch(() => undefined),
  async write(credential: string) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, credential, { mode: 0o600 });
  },
});
