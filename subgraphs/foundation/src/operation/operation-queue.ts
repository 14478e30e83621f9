import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { connectionOptions } from '../database/connection-options.ts';
import type { OperationKind } from './operation.ts';

/**
 * Who works next on which operation. A queue per kind: a process takes up only what it knows how to do, and work on a tenant that
 * waits for work on its plugins never stands in its way.
 */
export interface OperationQueue {
  add(operation: { readonly id: string; readonly kind: OperationKind }): Promise<void>;
  work(kind: OperationKind, run: (operationId: string) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const operationsAtOnce = 3;
const stopAtMostMs = 5_000;

/** The queue on pg-boss, in a schema of its own that the owner login keeps. */
export const createOperationQueue = ({ ownerUrl, log }: { readonly ownerUrl: string; readonly log: Logger }): OperationQueue => {
  const boss = new PgBoss({
    ...connectionOptions(ownerUrl, { poolMax: 4, statementTimeoutMs: 0 }),
    schema: 'pgboss',
    max: 4,
    application_name: 'plexica-boss',
    useListenNotify: true,
  });
  boss.on('error', (error) => log.warn({ error }, 'the job queue met an error'));
  let started: Promise<unknown> | undefined;
  const queues = new Map<OperationKind, Promise<string>>();

  const start = () => {
    if (started) return started;
    const starting = boss.start();
    started = starting;
    // What failed once is tried again by the next who needs it.
    starting.catch(() => {
      if (started === starting) started = undefined;
    });
    return starting;
  };
  const makeQueue = async (kind: OperationKind): Promise<string> => {
    const name = `operation.${kind}`;
    await start();
    // `short`: an operation waits in the queue once, however often it is added.
    await boss.createQueue(name, { policy: 'short', retryLimit: 0, notify: true });
    return name;
  };
  const queueOf = (kind: OperationKind): Promise<string> => {
    const known = queues.get(kind);
    if (known) return known;
    const made = makeQueue(kind);
    queues.set(kind, made);
    made.catch(() => queues.delete(kind));
    return made;
  };

  return {
    async add({ id, kind }) {
      await boss.send(await queueOf(kind), { operationId: id }, { singletonKey: id });
    },
    async work(kind, run) {
      await boss.work<{ operationId: string }>(
        await queueOf(kind),
        { localConcurrency: operationsAtOnce, pollingIntervalSeconds: 1 },
        async ([job]) => {
          if (job) await run(job.data.operationId);
        },
      );
    },
    async stop() {
      if (started) await boss.stop({ graceful: true, timeout: stopAtMostMs });
    },
  };
};
