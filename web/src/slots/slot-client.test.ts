import { ApolloClient, HttpLink, InMemoryCache, gql as parsed } from '@apollo/client';
import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { gql } from '@plexica/plugin-kit/vue';
import { describe, expect, it } from 'vitest';
import { slotClient } from './slot-client.ts';

const aClient = () => {
  const sent: { client: string | null; query: string }[] = [];
  const answer = async (_: unknown, init?: RequestInit) => {
    sent.push({ client: new Headers(init?.headers).get('apollographql-client-name'), query: JSON.parse(String(init?.body)).query });
    return Response.json({ data: { me: { __typename: 'User', id: 'user-1', roles: [] } } });
  };
  const link = new HttpLink({ uri: 'http://localhost/graphql', fetch: answer });
  return { sent, client: new ApolloClient({ clientAwareness: { name: 'the-console' }, cache: new InMemoryCache(), link }) };
};

const asked = gql`
  query Who { me { ...Parts } }
  fragment Parts on User { id roles { id } }
`;

describe('what a plugin’s component asks', () => {
  it('is sent under the plugin’s name, to the letter as the registry takes it', async () => {
    const { client, sent } = aClient();
    await slotClient(client, 'crm').query(asked);
    expect(sent).toEqual([{ client: 'plexica-plugin/crm', query: asSent(readOperation(asked)) }]);
  });

  it('leaves the console its own name', async () => {
    const { client, sent } = aClient();
    await slotClient(client, 'crm').query(gql`{ me { id } }`);
    await client.query({ query: parsed`{ me { id } }`, fetchPolicy: 'network-only' });
    expect(sent.map(({ client: name }) => name)).toEqual(['plexica-plugin/crm', 'the-console']);
  });

  it('holds no value in its text', () => {
    const value = 'user-1' as never;
    expect(() => gql`{ user(id: ${value}) { id } }`).toThrow('gql takes no values');
  });
});
