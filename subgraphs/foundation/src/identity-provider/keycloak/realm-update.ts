import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js';
import type { KeycloakAdmin } from './keycloak-admin.ts';

/** A realm from before gets what may have changed since: its name, where the console is, and what its log keeps. Accounts, keys and sessions stay. */
export const bringUpToDate = async (admin: KeycloakAdmin, { realm = '', clients = [], ...wanted }: RealmRepresentation): Promise<void> => {
  const { displayName = '', eventsEnabled, enabledEventTypes = [], sslRequired } = wanted;
  await admin.call((client) => client.realms.update({ realm }, { displayName, eventsEnabled, enabledEventTypes, sslRequired }));
  for (const { clientId = '', redirectUris, webOrigins, attributes } of clients) {
    if (!redirectUris) continue;
    const [found] = await admin.call((client) => client.clients.find({ realm, clientId }));
    const { id } = found ?? {};
    if (!id) continue;
    const known = { ...found?.attributes, ...attributes };
    await admin.call((client) => client.clients.update({ realm, id }, { clientId, redirectUris, webOrigins, attributes: known }));
  }
};
