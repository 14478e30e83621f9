import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSubgraph } from '../execute/test/composed.ts';
import { ask } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

/** What the plugin answers as `crmParty`. */
let said: unknown;
const service = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { crmParty: said } }));
});

const crm = aSubgraph('crm', {
  federation: false,
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { crmParty: CrmParty }
    union CrmParty = CrmNote | User
    type CrmNote { text: String }
    type User @key(fields: "id") { id: ID! }`,
  resolvers: {},
});

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
  gateway.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/graphql`;
  gateway.directory.setTenant('acme', { supergraph: 'core+crm', plugins: { crm: gateway.installation({ url }) } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  service.closeAllConnections();
  service.close();
});

const question = '{ crmParty { type: __typename ... on CrmNote { text } ... on User { id friend { email } } } me { id } }';

describe('a plugin that names the type of what it answers', () => {
  it('is believed where its schema says so, and the core is asked for what is its own', async () => {
    said = { type: 'User', __typename: 'User', id: 'user-9' };
    const { data, codes } = await ask(gateway, question, token);
    expect([data, codes]).toEqual([
      { crmParty: { type: 'User', id: 'user-9', friend: { email: 'friend@acme.test' } }, me: { id: 'user-1' } },
      [],
    ]);
    said = { type: 'CrmNote', __typename: 'CrmNote', text: 'hello' };
    expect((await ask(gateway, question, token)).data.crmParty).toEqual({ type: 'CrmNote', text: 'hello' });
  });

  it.each([
    ['a type of the core that can’t stand there', { type: 'Tenant', __typename: 'Tenant', id: 'id-of-acme', slug: 'forged' }],
    ['a type that nobody has', { type: 'Nothing', __typename: 'Nothing', text: 'x' }],
    ['the union itself', { type: 'CrmParty', __typename: 'CrmParty', text: 'x' }],
    ['one type to the client and another to the gateway', { type: 'Tenant', __typename: 'CrmNote', text: 'x' }],
    ['one type to the gateway and another to the client', { type: 'CrmNote', __typename: 'Tenant', id: 'id-of-acme' }],
    ['what is no name', { type: 1, __typename: ['User'] }],
  ])('gets null and an error of its own for %s', async (_, answer) => {
    said = answer;
    const { status, data, codes, text } = await ask(gateway, question, token);
    expect([status, data, codes]).toEqual([200, { crmParty: null, me: { id: 'user-1' } }, ['PLUGIN_UNAVAILABLE']]);
    expect(JSON.parse(text).errors[0]).toMatchObject({ path: ['crmParty'], extensions: { service: 'crm' } });
    expect(text).not.toContain('forged');
  });

  it('adds nothing of one type to an object of another', async () => {
    said = { type: 'User', __typename: 'User', id: 'user-9', text: 'forged', friend: { email: 'forged' }, email: 'forged' };
    const { data, text } = await ask(gateway, question, token);
    expect(data.crmParty).toEqual({ type: 'User', id: 'user-9', friend: { email: 'friend@acme.test' } });
    expect(text).not.toContain('forged');
  });
});
