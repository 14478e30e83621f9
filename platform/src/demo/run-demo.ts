import { freePort } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import type { Platform } from '../assembly/platform.ts';
import type { PluginService } from '../plugin-service/plugin-service.ts';
import type { DemoService } from './demo-service.ts';
import { publishDemoPlugin } from './publish-demo-plugin.ts';
import { seedDemo } from './seed-demo.ts';

/** Seeds over the API what is missing, as far as a killed seed got, and starts the plugin's service. */
export const runDemo = async (platform: Platform, url: string, { bundle, known, start }: DemoService): Promise<PluginService> => {
  const admin = await seedDemo(url, accountsOf(platform));
  const port = await freePort();
  const credential = await publishDemoPlugin(admin, {
    bundle,
    platformUrl: url,
    serviceUrl: `http://127.0.0.1:${port}`,
    kept: known?.credential,
  });
  return start({ version: bundle.version, port, credential });
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
