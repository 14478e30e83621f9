import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask, until } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

const trustedProxies = ['127.0.0.1'];
const stopped = () => {
  const now = new Date();
  return () => now;
};
const question = '{ tenantSignIn(slug: "acme") }';
const sixTimes = async (each: (index: number) => ReturnType<typeof ask>) => {
  const statuses: number[] = [];
  for (let index = 1; index <= 6; index += 1) statuses.push((await each(index)).status);
  return statuses;
};
const lastAddress = (gateway: TestGateway) => JSON.parse(gateway.log().trim().split('\n').at(-1) ?? '').address;

/** One query over a WebSocket whose upgrade bears these headers. */
const overSocket = async ({ url }: TestGateway, headers: Record<string, string>) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const messages: { type: string }[] = [];
  socket.on('message', (text) => void messages.push(JSON.parse(String(text))));
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  await until(() => messages.some(({ type }) => type === 'connection_ack'));
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: question } }));
  await until(() => messages.some(({ type }) => type === 'complete'));
  socket.terminate();
};

describe('an address that a peer names which is no trusted proxy', () => {
  it('escapes no limit, and is not what the log says', async () => {
    await using gateway = await startGateway({ clock: stopped(), rateLimits: { anonymousPerAddress: 5 } });
    const forged = (index: number) => ({
      'x-forwarded-for': `198.51.100.${index}`,
      forwarded: `for=198.51.100.${index}`,
      'x-real-ip': '192.0.2.1',
    });
    expect(await sixTimes((index) => ask(gateway, question, undefined, forged(index)))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(lastAddress(gateway)).toBe('127.0.0.1');
  });

  it('takes no failed credential from its own account', async () => {
    await using gateway = await startGateway();
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        ask(gateway, question, `forged${index}.b.c`, { 'x-forwarded-for': `10.1.${index >> 8}.${index & 255}` }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
  });

  it('names no tenant by the host it forwards', async () => {
    await using gateway = await startGateway({ baseDomain: 'example.com' });
    const token = await gateway.issuer.token('acme');
    const { status, data } = await ask(gateway, '{ tenant { slug } }', token, { 'x-forwarded-host': 'globex.example.com' });
    expect([status, data]).toEqual([200, { tenant: { slug: 'acme' } }]);
  });

  it('is not believed over a WebSocket either', async () => {
    await using gateway = await startGateway();
    await overSocket(gateway, { 'x-forwarded-for': '198.51.100.7' });
    await until(() => gateway.log().includes('"transport":"ws"'));
    expect(lastAddress(gateway)).toBe('127.0.0.1');
  });
});

describe('clients behind a trusted proxy', () => {
  it('are counted each by their own address', async () => {
    await using gateway = await startGateway({ clock: stopped(), rateLimits: { anonymousPerAddress: 5 }, trustedProxies });
    const from = (address: string) => () => ask(gateway, question, undefined, { 'x-forwarded-for': address });
    expect(await sixTimes(from('198.51.100.1'))).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await from('198.51.100.2')()).status).toBe(200);
    expect(lastAddress(gateway)).toBe('198.51.100.2');
  });

  it('escape no limit by what they write before the proxy does', async () => {
    await using gateway = await startGateway({ clock: stopped(), rateLimits: { anonymousPerAddress: 5 }, trustedProxies });
    const forged = (index: number) => ({ 'x-forwarded-for': `192.0.2.${index}, 127.0.0.1, 198.51.100.1` });
    expect(await sixTimes((index) => ask(gateway, question, undefined, forged(index)))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(lastAddress(gateway)).toBe('198.51.100.1');
  });

  it('escape no limit by another address of their own IPv6 network', async () => {
    await using gateway = await startGateway({ clock: stopped(), rateLimits: { anonymousPerAddress: 5 }, trustedProxies });
    const from = (index: number) => ask(gateway, question, undefined, { 'x-forwarded-for': `2001:db8:1:2:${index}::1` });
    expect(await sixTimes(from)).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await ask(gateway, question, undefined, { 'x-forwarded-for': '2001:db8:1:3::1' })).status).toBe(200);
  });

  it('do not wait for each other’s failed credentials', async () => {
    await using gateway = await startGateway({ trustedProxies });
    const from = (address: string, index: number) => ask(gateway, question, `forged${index}.b.c`, { 'x-forwarded-for': address });
    const failing = await Promise.all(Array.from({ length: 400 }, (_, index) => from('198.51.100.1', index)));
    expect(failing.some(({ status }) => status === 429)).toBe(true);
    expect((await from('198.51.100.2', 400)).status).toBe(401);
  });

  it('ask for the host that the proxy names', async () => {
    await using gateway = await startGateway({ baseDomain: 'example.com', trustedProxies });
    const token = await gateway.issuer.token('acme');
    const through = (host: string) => ask(gateway, '{ tenant { slug } }', token, { 'x-forwarded-host': host });
    expect((await through('acme.example.com')).data).toEqual({ tenant: { slug: 'acme' } });
    expect((await through('globex.example.com')).codes).toEqual(['TENANT_NOT_FOUND']);
  });

  it('are known over a WebSocket, too', async () => {
    await using gateway = await startGateway({ trustedProxies });
    await overSocket(gateway, { 'x-forwarded-for': '198.51.100.7' });
    await until(() => gateway.log().includes('"transport":"ws"'));
    expect(lastAddress(gateway)).toBe('198.51.100.7');
  });
});
