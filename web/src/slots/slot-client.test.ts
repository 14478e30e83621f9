import { ApolloClient, HttpLink, InMemoryCache, gql as parsed } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { gql } from '@plexica/plugin-kit/vue';
import { describe, expect, it } from 'vitest';
import { slotClient } from './slot-client.ts';

const aClient = () => {
  const sent: { token: string | null; query: string }[] = [];
  const answer = async (_: unknown, init?: RequestInit) => {
    sent.push({ token: new Headers(init?.headers).get('authorization'), query: JSON.parse(String(init?.body)).query });
    return Response.json({ data: { me: { __typename: 'User', id: 'user-1', roles: [] } } });
  };
  const authorized = new SetContextLink(async ({ token }) => ({ headers: { authorization: (await token?.()) ?? 'of the user' } }));
  const link = authorized.concat(new HttpLink({ uri: 'http://localhost/graphql', fetch: answer }));
  return { sent, client: new ApolloClient({ cache: new InMemoryCache(), link }) };
};
const ofPlugin = async () => 'of the plugin';

const asked = gql`
  query Who { me { ...Parts } }
  fragment Parts on User { id roles { id } }
`;

describe('what a plugin’s component asks', () => {
  it('is sent with the plugin’s token, to the letter as the registry takes it', async () => {
    const { client, sent } = aClient();
    await slotClient(client, ofPlugin).query(asked);
    expect(sent).toEqual([{ token: 'of the plugin', query: asSent(readOperation(asked)) }]);
  });

  it('is never answered by what the console asks at the same time', async () => {
    const { client, sent } = aClient();
    const query = parsed`{ me { id } }`;
    await Promise.all([client.query({ query, fetchPolicy: 'network-only' }), slotClient(client, ofPlugin).query(gql`{ me { id } }`)]);
    expect(sent.map(({ token }) => token).sort()).toEqual(['of the plugin', 'of the user']);
  });

  it('holds no value in its text', () => {
    const value = 'user-1' as never;
    expect(() => gql`{ user(id: ${value}) { id } }`).toThrow('gql takes no values');
  });
});
