import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { aSubgraph } from '../execute/test/composed.ts';
import { until } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { whoReadsNothing } from '../test/a-raw-client.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

let gateway: TestGateway;
let authorization: string;
let added = 0;
const service = createServer((request, response) => {
  added += 1;
  const answer = JSON.stringify({ data: { _entities: [{ __typename: 'Tenant', crmText: 'x'.repeat(1_000_000) }] } });
  request.resume().once('end', () => response.setHeader('content-type', 'application/json').end(answer));
});
beforeAll(async () => {
  gateway = await startGateway();
  await once(service.listen(0, '127.0.0.1'), 'listening');
  const crm = aSubgraph('crm', {
    federation: false,
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Tenant @key(fields: "id") { id: ID!  crmText: String }`,
    resolvers: {},
  });
  gateway.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/graphql`;
  gateway.directory.setTenant('acme', { supergraph: 'core+crm', plugins: { crm: gateway.installation({ url }) } });
  authorization = `Bearer ${await gateway.issuer.token('acme')}`;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  service.close().closeAllConnections();
});

const query = 'subscription { ticks(every: 10) { count tenant { crmText } } }';

/** Asks, and reads nothing from then on. Returns how to leave. */
const nonReaders = {
  sse: async () => (await whoReadsNothing(gateway, { query }, 'text/event-stream')).leave,
  async ws() {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await once(socket, 'message');
    socket.pause();
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    return () => socket.terminate();
  },
};

describe.each(['sse', 'ws'] as const)('a client over %s that reads nothing of its subscription, and does not leave', (transport) => {
  it('has so much kept for it at most, also of what others add to small events', async () => {
    const before = gateway.open.streams;
    added = 0;
    const leave = await nonReaders[transport]();
    await until(() => gateway.open.streams === before + 1);

    await until(() => gateway.open.streams === before);

    // Its socket takes some, 20 MB wait for it, and of the last events some are under way.
    expect(added).toBeLessThan(80);
    leave();
  });
});
