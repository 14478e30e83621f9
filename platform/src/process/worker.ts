import { dependenciesOf, readEnvironment, registerHealth, registerMetrics } from '@plexica/foundation';
import { listenUntilStopped } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { createCore } from '../assembly/core.ts';

// Migrations, operations, hooks and what else follows events. Any number of them share the work.
const environment = readEnvironment(process.env);
const core = await createCore(environment);
const { foundation } = core;
let prepared = false;
const server = Fastify();
const health = registerHealth(server, {
  database: { name: 'postgres', ping: () => foundation.database.ping() },
  others: async () => [...dependenciesOf(foundation), ...(await core.plugins.sets.services())],
  prepared: () => prepared,
  clock: foundation.clock,
});
registerMetrics(server, foundation.metrics);
const address = await listenUntilStopped(server, {
  host: environment.PLEXICA_HOST,
  port: environment.PORT ?? 4104,
  drain: () => health.drain(),
  stop: () => core.stop(),
});
await core.work();
prepared = true;
foundation.log.info({ address }, 'worker works');
