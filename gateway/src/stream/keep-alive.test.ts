import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from './keep-alive.ts';

/** A client of a server that pings it every 50 ms. */
const aClient = async (stack: AsyncDisposableStack, options: { readonly autoPong?: boolean } = {}): Promise<WebSocket> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  stack.defer(() => void server.close());
  server.on('connection', (socket) => socket.once('close', keepAlive(socket, 50)));
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  stack.defer(() => client.terminate());
  await once(client, 'open');
  return client;
};

describe('a WebSocket that is pinged', () => {
  it('stays open while its client answers', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await aClient(stack);
    await pause(400);
    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it('is cut off where its client answers nothing, or something that it was not asked', async () => {
    await using stack = new AsyncDisposableStack();
    const [silent, talking] = await Promise.all([aClient(stack, { autoPong: false }), aClient(stack, { autoPong: false })]);
    const answering = setInterval(() => talking.readyState === WebSocket.OPEN && talking.pong('still here'), 10);
    stack.defer(() => clearInterval(answering));
    await Promise.all([once(silent, 'close'), once(talking, 'close')]);
  });
});
