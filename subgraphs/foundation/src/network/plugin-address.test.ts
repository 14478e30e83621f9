import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { createPluginDispatcher, isPublicAddress } from './plugin-address.ts';

type Resolve = NonNullable<Parameters<typeof createPluginDispatcher>[0]['resolve']>;

/** A DNS that answers these, one after the other, and the last one for ever. */
const aDns = (...answers: readonly (readonly string[])[]) => {
  let asked = 0;
  const resolve = ((_name: string, _options: unknown, callback: (error: null, addresses: object[]) => void) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as Resolve;
  return { resolve, asked: () => asked };
};

/** A service on one address of this machine alone. */
const aServer = async (host: string, answer: RequestListener = (_, response) => void response.end('here')) => {
  let calls = 0;
  const server = createServer((incoming, response) => {
    calls += 1;
    answer(incoming, response);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    listen,
    port: () => (server.address() as AddressInfo).port,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
const options = { allowedHosts: ['127.0.0.1'], connectTimeoutMs: 1_000 };
const closing: RequestListener = (_, response) => void response.setHeader('connection', 'close').end('here');

describe('an address that plugins may live on', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1::1', '::ffff:8.8.8.8'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    'localhost',
    '127.1',
    '',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a name whose address changes', () => {
  it('is connected to at the address that was judged, and judged anew for each connection', async () => {
    await using allowed = await aServer('127.0.0.1', closing);
    await using inside = await aServer('127.0.0.2');
    await allowed.listen(0);
    await inside.listen(allowed.port());
    const dns = aDns(['127.0.0.1'], ['127.0.0.2']);
    const dispatcher = createPluginDispatcher({ ...options, resolve: dns.resolve });
    const url = `http://rebinding.test:${allowed.port()}/`;

    const first = await request(url, { dispatcher });

    expect([await first.body.text(), dns.asked()]).toEqual(['here', 1]);
    await expect(request(url, { dispatcher })).rejects.toThrow('no address that plugins may live on');
    expect([allowed.calls(), inside.calls()]).toEqual([1, 0]);
    await dispatcher.close();
  });

  it('is never connected to at an address from inside among its others', async () => {
    await using allowed = await aServer('127.0.0.1');
    await using inside = await aServer('127.0.0.2');
    await allowed.listen(0);
    await inside.listen(allowed.port());
    const dispatcher = createPluginDispatcher({ ...options, resolve: aDns(['127.0.0.2', '::1', '127.0.0.1']).resolve });

    for (let time = 0; time < 3; time += 1)
      expect((await request(`http://mixed.test:${allowed.port()}/`, { dispatcher })).statusCode).toBe(200);

    expect(inside.calls()).toBe(0);
    await dispatcher.close();
  });

  it.each(['10.0.0.1', '169.254.169.254', '::1', '::ffff:169.254.169.254', 'fd00::1'])('is refused at %s', async (address) => {
    const dispatcher = createPluginDispatcher({ ...options, resolve: aDns([address]).resolve });
    await expect(request('http://inner.test:1/', { dispatcher })).rejects.toThrow('no address that plugins may live on');
    await dispatcher.close();
  });
});

describe('calls to plugins', () => {
  it('follow no redirect', async () => {
    await using inside = await aServer('127.0.0.2');
    await inside.listen(0);
    const location = `http://127.0.0.2:${inside.port()}/`;
    await using service = await aServer('127.0.0.1', (_, response) => void response.writeHead(307, { location }).end());
    await service.listen(0);
    const dispatcher = createPluginDispatcher(options);
    const { statusCode, body } = await request(`http://127.0.0.1:${service.port()}/`, { dispatcher, method: 'POST', body: '{}' });
    await body.dump();
    expect([statusCode, inside.calls()]).toEqual([307, 0]);
    await dispatcher.close();
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'data:text/plain,a'])('know no %s', async (url) => {
    const dispatcher = createPluginDispatcher({ ...options, resolve: aDns(['127.0.0.1']).resolve });
    await expect((async () => request(url, { dispatcher }))()).rejects.toThrow();
    await dispatcher.close();
  });

  it('take no more sockets of one service than it is given', async () => {
    let now = 0;
    let most = 0;
    await using service = await aServer('127.0.0.1', (_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        response.end('here');
      }, 20);
    });
    await service.listen(0);
    const dispatcher = createPluginDispatcher({ ...options, connections: 3 });
    const url = `http://127.0.0.1:${service.port()}/`;
    await Promise.all(Array.from({ length: 20 }, async () => (await request(url, { dispatcher })).body.text()));
    expect([most, service.calls()]).toEqual([3, 20]);
    await dispatcher.close();
  });
});
