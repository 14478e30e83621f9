import { DomainError } from '@plexica/plugin-kit';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { OperationStore } from '../database/operation-store.ts';
import type { OperationRequest, OutboxStore } from '../database/outbox-store.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { OperationDefinition, OperationRecord, Operations } from './operation.ts';
import { pending, type RunDeps, runOperation } from './run-operation.ts';

export interface OperationsDeps {
  /** The owner login: pg-boss keeps a schema of its own. */
  readonly ownerUrl: string;
  readonly store: OperationStore;
  readonly outbox: OutboxStore;
  readonly pubsub: PubSub;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly onBoundary?: RunDeps['onBoundary'];
  readonly pauseMs?: RunDeps['pauseMs'];
}

/** Operations, and the way from the outbox to them. */
export interface OperationEngine extends Operations {
  /** Turns committed requests into operations and queues them; repeats what a kill left undone. */
  admit(): Promise<void>;
}

/** Tenants and plugins queue apart: work on a tenant may wait for work on its plugins, and must not stand in its way. */
const queues = ['operation-tenant', 'operation-plugin'] as const;
const queueOf = (kind: string) => (kind.startsWith('TENANT_') ? queues[0] : queues[1]);
const sweepMs = 5_000;
const operationsAtOnce = 6;

/** Operations on pg-boss: the row says where an operation stands, the queue who works on it next, a lock that nobody else does. */
export const createOperations = (deps: OperationsDeps): OperationEngine => {
  const { store, outbox, pubsub, clock, log } = deps;
  const definitions = new Map<string, OperationDefinition<never>>();
  const boss = new PgBoss({
    connectionString: deps.ownerUrl,
    schema: 'pgboss',
    max: 4,
    application_name: 'plexica-boss',
    useListenNotify: true,
  });
  boss.on('error', (error) => log.warn({ error }, 'the job queue met an error'));
  const announce = (operationId: string) => pubsub.publish(`operation.${operationId}`, { operationId });
  let working = false;
  let started: Promise<void> | undefined;
  const stops: (() => Promise<void> | void)[] = [];

  const start = () =>
    (started ??= (async () => {
      await boss.start();
      for (const queue of queues) await boss.createQueue(queue, { policy: 'standard', retryLimit: 3, notify: true });
    })());
  const enqueue = (operationId: string, kind: string) => boss.send(queueOf(kind), { operationId });

  const admitOne = async (request: OperationRequest) => {
    await outbox.admit(request, definitions.get(request.kind)?.steps.map(({ name }) => name) ?? []);
    await enqueue(request.id, request.kind);
  };
  const admit = async () => {
    await start();
    for (const request of await outbox.pendingRequests(100)) await admitOne(request);
  };

  const runById = async (operationId: string) => {
    await store.exclusively(operationId, async () => {
      const stored = await store.find(operationId);
      if (!stored || hasEnded(stored)) return;
      const definition = definitions.get(stored.kind);
      if (!definition) throw new Error(`Nobody here knows how to run ${stored.kind}.`);
      await runOperation(stored, definition, { store, clock, announce, onBoundary: deps.onBoundary, pauseMs: deps.pauseMs });
      log.info({ operation: operationId, kind: stored.kind }, 'operation ended');
    });
  };

  const settled: Operations['settled'] = async (id, { timeoutMs = 60_000 } = {}) => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = await store.find(id);
      if (found && hasEnded(found)) return found;
      if (Date.now() > deadline) throw new Error(`The operation ${id} has not ended within ${timeoutMs} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  return {
    register: (definition) => void definitions.set(definition.kind, definition as OperationDefinition<never>),
    get: (id) => store.find(id),
    settled,
    admit,
    async retry(id): Promise<OperationRecord> {
      const stored = await store.find(id);
      if (!stored) throw new DomainError('OPERATION_NOT_FOUND');
      if (stored.status !== 'FAILED' && stored.status !== 'COMPENSATED') throw new DomainError('OPERATION_NOT_RETRYABLE');
      const forwardAgain = stored.status === 'COMPENSATED';
      await store.save(id, {
        ...stored,
        status: forwardAgain ? 'PENDING' : 'COMPENSATING',
        steps: forwardAgain ? stored.steps.map(({ name }) => pending(name)) : stored.steps,
        error: forwardAgain ? null : stored.error,
        finishedAt: null,
      });
      announce(id);
      await start();
      await enqueue(id, stored.kind);
      return (await store.find(id)) ?? stored;
    },
    async work() {
      await start();
      working = true;
      for (const queue of queues) {
        await boss.work<{ operationId: string }>(
          queue,
          { localConcurrency: operationsAtOnce, pollingIntervalSeconds: 1 },
          async ([job]) => {
            if (job) await runById(job.data.operationId);
          },
        );
      }
      const sweep = async () => {
        if (!working) return;
        await admit();
        for (const { id, kind } of await store.unfinished()) await enqueue(id, kind);
      };
      await sweep();
      const timer = setInterval(
        () => void sweep().catch((error) => log.warn({ error }, 'unfinished operations could not be looked for')),
        sweepMs,
      );
      timer.unref();
      stops.push(() => clearInterval(timer), await outbox.onCommit(() => void admit().catch(() => {})));
    },
    async stop() {
      working = false;
      for (const stop of stops) await stop();
      if (started) await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
};

const hasEnded = ({ status }: OperationRecord): boolean => status === 'SUCCEEDED' || status === 'COMPENSATED' || status === 'FAILED';
