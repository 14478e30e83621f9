import { anonymous, buildSubgraphServer, type TokenVerifier } from '@plexica/plugin-kit';
import { aSubgraph } from '../src/execute/test/composed.ts';
import { liveSubgraphs } from './subscriptions-subgraphs.ts';

// The subgraphs of `bench subscriptions` as the kit serves them, one after the other from PORT on. They trust whoever calls.
const verifier: TokenVerifier = {
  open: async () => ({ claims: anonymous, payload: {}, expiresAt: Date.now() / 1000 + 3_600 }),
  claims: async () => anonymous,
};
for (const [index, [name, source]] of Object.entries(liveSubgraphs).entries()) {
  const server = await buildSubgraphServer({
    subgraph: aSubgraph(name, source),
    verifier,
    routes: (routes) => void routes.post('/ready', async () => ({ data: {} })),
  });
  if (process.env.TRANSPORT === 'sse') server.server.removeAllListeners('upgrade');
  await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) + index });
}
