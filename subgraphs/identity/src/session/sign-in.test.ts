import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { anIdentity } from '../../test/an-identity.ts';
import { signInContract } from './sign-in.contract.ts';

signInContract('at the embedded issuer', async () => {
  const probe = fastify();
  await probe.listen({ host: '127.0.0.1', port: 0 });
  const { port } = probe.server.address() as AddressInfo;
  await probe.close();
  const url = `http://127.0.0.1:${port}`;
  const world = await anIdentity({ url });
  const server = fastify();
  await world.issuer.register(server);
  await server.listen({ host: '127.0.0.1', port });
  return {
    world,
    consoleUrl: url,
    async [Symbol.asyncDispose]() {
      await server.close();
      await world[Symbol.asyncDispose]();
    },
  };
});
