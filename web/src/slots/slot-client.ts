import { type ApolloClient, gql } from '@apollo/client';
import type { SlotClient } from '@plexica/plugin-kit/vue';
import { pluginClientName } from '@plexica/schema';

/** What a component of this plugin may ask: the tenant's own supergraph. It is handed no token. */
export const slotClient = (client: ApolloClient, pluginId: string): SlotClient => ({
  async query(document, variables) {
    // Its operations are registered by a name of their own.
    const context = { clientAwareness: { name: pluginClientName(pluginId) } };
    const { data, error } = await client.query({ query: gql(document), variables: { ...variables }, fetchPolicy: 'network-only', context });
    if (error) throw error;
    return data as never;
  },
});
