import type { Plugin } from '@plexica/plugin-kit';
import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { type Answer, type Client, createClient } from '../client/client.ts';

/** The plugin with a UI that asks these; its file is empty. */
export const withOperations = (plugin: Plugin, operations: readonly string[], version = plugin.manifest.version): Plugin => {
  const slots = [{ slot: 'dashboard.widget/v1' as const, expose: './Widget' }];
  const ui = { entry: 'remote.js', vue: '^3.5.0', slots, operations: [...operations] };
  return { ...plugin, manifest: { ...plugin.manifest, version, ui } };
};

/** What the platform answers the console that wants to show components of a plugin to this user. */
export const tradeUiToken = (url: string, user: Client, plugin: string): Promise<Response> =>
  fetch(`${url}/_plexica/ui-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token()}` },
    body: JSON.stringify({ plugin }),
  });

/** Asks as the console does for a component of the plugin: at `url`, with a token from there unless `tradedAt` names another place. */
export const aComponent = async (url: string, user: Client, plugin: string, tradedAt = url) => {
  const { token } = (await (await tradeUiToken(tradedAt, user, plugin)).json()) as { token: string };
  const client = createClient({ url, tenantSlug: user.tenantSlug, token });
  return (text: string): Promise<Answer<Record<string, unknown>>> => client.query(asSent(readOperation(text)));
};

/** From now on, or no longer, a tenant runs registered operations alone. */
export const onlyRegistered = async (admin: Client, registeredOperationsOnly = true): Promise<void> => {
  const { data } = await admin.query<{ tenant: { version: number } }>('{ tenant { version } }');
  const text = 'mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { userErrors { code } } }';
  await admin.query(text, { input: { registeredOperationsOnly, version: data?.tenant.version } });
};
