import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { demoTenants } from './demo-tenants.ts';
import type { PluginBundle } from './plugin-bundle.ts';
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
  if (!(await isPublished(root, pluginId, version))) {
    const uiBundle = bundle.ui && (await upload(platformUrl, root, bundle.ui));
    await mutate(root, 'publishPlugin', { manifest: bundle.manifest, sdl: bundle.sdl, uiBundle }, 'plugin { id }');
  }
  const credential = await register(root, { pluginId, version, url: serviceUrl }, kept);
  await Promise.all(demoTenants.filter((tenant) => 'plugins' in tenant).map(({ slug }) => activate(platformUrl, slug, pluginId, version)));
  return credential;
};

const isPublished = async (root: Client, id: string, version: string): Promise<boolean> => {
  const answer = await root.query<{ plugin: { versions: { version: string }[] } | null }>(
    'query Versions($id: ID!) { plugin(id: $id) { versions { version } } }',
    { id },
  );
  return answer.data?.plugin?.versions.some((known) => known.version === version) ?? false;
};

const upload = async (platformUrl: string, root: Client, bytes: Uint8Array): Promise<string> => {
  const body = new FormData();
  body.append('file', new Blob([Buffer.from(bytes)], { type: 'application/zip' }), 'ui.zip');
  const response = await fetch(`${platformUrl}/uploads`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${root.token()}`, 'x-tenant-slug': 'plexica' },
  });
  const { id } = (await response.json()) as { id?: string };
  if (!id) throw new Error(`The upload was refused with ${response.status}.`);
  return id;
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
