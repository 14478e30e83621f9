import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { demoTenants } from './demo-tenants.ts';
import type { PluginBundle } from './plugin-bundle.ts';
import { publishBundle } from './publish-bundle.ts';
import { adminOf } from './seed-demo.ts';

interface PublishOptions {
  readonly bundle: PluginBundle;
  readonly platformUrl: string;
  readonly serviceUrl: string;
  /** The credential of an earlier run. */
  readonly kept: string | undefined;
}

/** Publishes, registers, installs and activates over the API, as an author and an admin would. Answers the service's credential. */
export const publishDemoPlugin = async (root: Client, { bundle, platformUrl, serviceUrl, kept }: PublishOptions): Promise<string> => {
  const { id: pluginId, version } = bundle;
  await publishBundle(root, platformUrl, bundle);
  const credential = await register(root, { pluginId, version, url: serviceUrl }, kept);
  await Promise.all(demoTenants.filter((tenant) => 'plugins' in tenant).map(({ slug }) => activate(platformUrl, slug, pluginId, version)));
  return credential;
};

const register = async (
  root: Client,
  service: { pluginId: string; version: string; url: string },
  kept: string | undefined,
): Promise<string> => {
  const { credential } = await mutate<{ credential: string | null }>(root, 'registerPluginService', service, 'credential');
  if (credential ?? kept) return credential ?? kept ?? '';
  // The credential was shown to a run that was killed before it could keep it.
  const rotated = await mutate<{ credential: string }>(root, 'rotatePluginCredentials', { pluginId: service.pluginId }, 'credential');
  return rotated.credential;
};

const activate = async (platformUrl: string, slug: string, pluginId: string, version: string): Promise<void> => {
  const admin = await adminOf(platformUrl, slug);
  const status = async (): Promise<string | undefined> => {
    const answer = await admin.query<{ installation: { status: string } | null }>(
      'query Status($id: ID!) { installation(pluginId: $id) { status } }',
      { id: pluginId },
    );
    return answer.data?.installation?.status;
  };
  if (!(await status())) await mutate(admin, 'installPlugin', { pluginId, version }, 'installation { id }');
  for (let waited = 0; (await status()) === 'INSTALLING' && waited < 30_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if ((await status()) !== 'ACTIVE') await mutate(admin, 'activatePlugin', { pluginId }, 'installation { id }');
};
