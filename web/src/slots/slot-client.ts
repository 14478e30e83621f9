import { gql } from '@apollo/client';
import type { SlotClient } from '@plexica/plugin-kit/vue';
import { client } from '@/graphql/client.ts';

/** What a plugin's component may ask: the tenant's own supergraph. It is handed no token. */
export const slotClient: SlotClient = {
  async query(document, variables) {
    const { data, error } = await client.query({ query: gql(document), variables: { ...variables }, fetchPolicy: 'network-only' });
    if (error) throw error;
    return data as never;
  },
};
