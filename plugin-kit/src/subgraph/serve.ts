import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  readonly host?: string;
  readonly port: number;
  /** End together with the process that started this one: its end closes our standard input. */
  readonly stopWithParent?: boolean;
  readonly stop?: () => Promise<void>;
}

/** Listens until it is told to stop: SIGTERM and SIGINT stop accepting, finish what is under way, and end. */
export const listenUntilStopped = async (
  server: FastifyInstance,
  { host = '127.0.0.1', port, stopWithParent, stop }: ListenOptions,
): Promise<string> => {
  const address = await server.listen({ host, port });
  let stopping = false;
  const leave = async () => {
    if (stopping) return;
    stopping = true;
    await server.close();
    await stop?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave());
  if (stopWithParent) process.stdin.on('end', () => void leave()).resume();
  return address;
};
