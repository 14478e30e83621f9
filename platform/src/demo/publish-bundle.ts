import type { Client } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import type { PluginBundle } from './plugin-bundle.ts';

/** Publishes a built plugin with its UI over the API, unless that version is there. */
export const publishBundle = async (root: Client, platformUrl: string, { id, version, manifest, sdl, ui }: PluginBundle): Promise<void> => {
  if (await isPublished(root, id, version)) return;
  const uiBundle = ui && (await upload(platformUrl, root, ui));
  await mutate(root, 'publishPlugin', { manifest, sdl, uiBundle }, 'plugin { id }');
};

const isPublished = async (root: Client, id: string, version: string): Promise<boolean> => {
  const answer = await root.query<{ plugin: { versions: { version: string }[] } | null }>(
    'query Versions($id: ID!) { plugin(id: $id) { versions { version } } }',
    { id },
  );
  return answer.data?.plugin?.versions.some((known) => known.version === version) ?? false;
};

/** Hands files in; answers the id that `publishPlugin` takes them by. */
export const upload = async (platformUrl: string, root: Client, bytes: Uint8Array): Promise<string> => {
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
