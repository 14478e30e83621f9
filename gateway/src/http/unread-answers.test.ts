import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask, send, until } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { whoReadsNothing } from '../test/a-raw-client.ts';

/** More of them than a socket takes along by itself. */
const aliases = Array.from({ length: 20 }, (_, at) => `a${at}: tenantSignIn(slug: $slug)`).join(' ');
const large = { query: `query Large($slug: String!) { ${aliases} }`, variables: { slug: 'x'.repeat(700_000) } };
const question = '{ me { id } }';

const answered = (gateway: TestGateway, times: number) => until(() => gateway.log().split('"name":"Large"').length > times);

const whoReadsNothingOfASocket = async (gateway: TestGateway, token: string) => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws').on('error', () => {});
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.pause();
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: large }));
  return { leave: () => socket.terminate() };
};

const nonReaders = {
  http: (gateway: TestGateway) => whoReadsNothing(gateway, large, 'application/json'),
  ws: whoReadsNothingOfASocket,
};

it.each(['http', 'ws'] as const)(
  'leaves room over %s for answers that nobody reads to so many bytes of one user, and none of others',
  async (transport) => {
    await using gateway = await startGateway({ unreadAnswers: { perCaller: 20_000_000, inAll: 1_000_000_000 } });
    const [token, other] = await Promise.all([gateway.issuer.token('acme'), gateway.issuer.token('globex')]);
    const clients = [];
    for (let asked = 1; asked <= 10; asked += 1) {
      clients.push(await nonReaders[transport](gateway, token));
      await answered(gateway, asked);
      if ((await ask(gateway, question, token)).status === 429) break;
    }

    const refused = await ask(gateway, question, token);
    expect([refused.status, refused.codes, refused.headers.get('retry-after')]).toEqual([429, ['RATE_LIMITED'], '1']);
    expect((await ask(gateway, question, other)).status).toBe(200);
    for (const { leave } of clients) leave();
    await expect.poll(async () => (await ask(gateway, question, token)).status, { timeout: 10_000 }).toBe(200);
  },
);

it('cuts off an answer that there is no room for', async () => {
  await using gateway = await startGateway({ unreadAnswers: { perCaller: 1_000_000_000, inAll: 2_000_000 } });
  const token = await gateway.issuer.token('acme');
  const first = await whoReadsNothing(gateway, large, 'application/json');
  await answered(gateway, 1);

  const second = await whoReadsNothing(gateway, large, 'application/json');
  await answered(gateway, 2);

  expect(await second.comesBack()).toBeLessThan(14_000_000);
  expect((await ask(gateway, question, token)).status).toBe(200);
  first.leave();
});

it('is no matter of who reads', async () => {
  await using gateway = await startGateway({ unreadAnswers: { perCaller: 20_000_000, inAll: 30_000_000 } });
  const authorization = `Bearer ${await gateway.issuer.token('acme')}`;
  for (let asked = 0; asked < 4; asked += 1) {
    const { status, text } = await send(gateway, JSON.stringify(large), { authorization, 'accept-encoding': 'identity' });
    expect([status, text.length > 14_000_000]).toEqual([200, true]);
  }
});
