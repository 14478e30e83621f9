import { type ApolloClient, gql } from '@apollo/client';
import type { SlotClient } from '@plexica/plugin-kit/vue';

/** What a plugin's component may ask: the tenant's own supergraph, with a token of its plugin and user. It is handed none. */
export const slotClient = (client: ApolloClient, token: () => Promise<string>): SlotClient => ({
  async query(document, variables) {
    const { data, error } = await client.query({
      query: gql(document),
      variables: { ...variables },
      fetchPolicy: 'network-only',
      // What the console asks at the same time is answered by other rights.
      context: { token, queryDeduplication: false },
    });
    if (error) throw error;
    return data as never;
  },
});
