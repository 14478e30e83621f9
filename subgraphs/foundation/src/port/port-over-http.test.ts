import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { portOverHttp } from './port-over-http.ts';
import { createPortTokens } from './port-tokens.ts';

/** A port of a process that answers like this. */
const aPort = async (answer: (to: ServerResponse) => void) => {
  const server = createServer((_, to) => answer(to)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const port = portOverHttp<{ bySlug(): Promise<unknown> }>('tenants', ['bySlug'], { url, tokens: createPortTokens('k'.repeat(32)) });
  return { ...port, [Symbol.asyncDispose]: async () => void server.close() };
};

describe('a port of another process', () => {
  it.each([200, 422])('whose answer (%i) breaks off is away', async (status) => {
    await using port = await aPort((to) => to.writeHead(status).write('{"value":', () => to.destroy()));
    await expect(port.bySlug()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('answers what it answers, and fails with the code it names', async () => {
    await using fine = await aPort((to) => to.end('{"value":{"slug":"acme"}}'));
    await using refusing = await aPort((to) => to.writeHead(422).end('{"code":"TENANT_NOT_FOUND","message":"None.","details":{}}'));
    expect(await fine.bySlug()).toEqual({ slug: 'acme' });
    await expect(refusing.bySlug()).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND', message: 'None.' });
  });
});
