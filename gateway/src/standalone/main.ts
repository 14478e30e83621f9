import { readFile } from 'node:fs/promises';
import { createLogger } from '@plexica/foundation';
import { plexicaGateway, type Wanted } from './arguments.ts';
import { createStandaloneGateway } from './standalone-gateway.ts';

const run = async ({ supergraph, port, host, options }: Wanted): Promise<void> => {
  const log = createLogger({ level: process.env.LOG_LEVEL });
  const gateway = await createStandaloneGateway({ sdl: await readFile(supergraph, 'utf8'), ...options }, log);
  gateway.server.listen(port, host, () => log.info({ address: gateway.server.address(), executor: options.executor }, 'gateway listens'));
  const stop = () => void gateway.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

await plexicaGateway(run).parseAsync();
