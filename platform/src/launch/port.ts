import { once } from 'node:events';
import { createServer } from 'node:net';
import { LaunchProblem } from './launch-problem.ts';

/** The port as a number; fails early and in words when it is none, or taken. */
export const freeFixedPort = async (wanted: string): Promise<number> => {
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LaunchProblem(`--port ${wanted} is no port.`, 'Give a number between 1 and 65535.');
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new LaunchProblem(`Port ${port} needs more rights than this user has.`, 'Start with --port 4000 or another one above 1023.');
    throw new LaunchProblem(`Port ${port} is in use.`, `Stop what listens there, or start with --port ${port + 1}.`);
  }
  server.close();
  await once(server, 'close');
  return port;
};
