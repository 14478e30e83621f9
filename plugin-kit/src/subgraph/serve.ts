import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  readonly host?: string;
  readonly port: number;
  /** End together with the process that started this one: its end closes our standard input. */
  readonly stopWithParent?: boolean;
  /** Called first, when it is told to stop: new requests should go elsewhere from now on. */
  readonly drain?: () => void;
  readonly stop?: () => Promise<void>;
}

const longestDrainMs = 10_000;

/** Listens until it is told to stop: SIGTERM and SIGINT stop accepting, finish what is under way, and end. */
export const listenUntilStopped = async (
  server: FastifyInstance,
  { host = '127.0.0.1', port, stopWithParent, drain, stop }: ListenOptions,
): Promise<string> => {
  const address = await server.listen({ host, port });
  let stopping = false;
  const leave = async () => {
    if (stopping) return;
    stopping = true;
    drain?.();
    await Promise.race([server.close(), pause(longestDrainMs, undefined, { ref: false })]);
    await stop?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave());
  if (stopWithParent) process.stdin.on('end', () => void leave()).resume();
  return address;
};
