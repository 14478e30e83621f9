import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '@plexica/plugin-kit';
import type { Logger } from 'pino';
import type { CommitListener } from '../database/commit-listener.ts';
import type { OperationStore } from '../database/operation-store.ts';
import type { RequestStore } from '../database/request-store.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type OperationDefinition, type OperationKind, type OperationRecord, type Operations, onlyForward } from './operation.ts';
import type { OperationQueue } from './operation-queue.ts';
import { pending, type RunDeps, runOperation } from './run-operation.ts';

export interface OperationsDeps extends Pick<RunDeps, 'onBoundary' | 'pauseMs' | 'clock'> {
  readonly queue: OperationQueue;
  readonly store: OperationStore;
  readonly requests: RequestStore;
  readonly commits: CommitListener;
  readonly pubsub: PubSub;
  readonly log: Logger;
}

/** Operations, and the way from the outbox to them. */
export interface OperationEngine extends Operations {
  /** Turns committed requests into operations and queues them: those named, or all that are still there. */
  admit(ids?: readonly string[]): Promise<void>;
}

const sweepMs = 5_000;
const requestsAtOnce = 100;

/** The row says where an operation stands, the queue who works on it next, a lock that nobody else does. */
export const createOperations = (deps: OperationsDeps): OperationEngine => {
  const { queue, store, requests, commits, pubsub, clock, log, onBoundary, pauseMs } = deps;
  const definitions = new Map<OperationKind, OperationDefinition<never>>();
  const ending = new AbortController();
  const stops: (() => void)[] = [];
  const announce = (operationId: string) => pubsub.publish(`operation.${operationId}`, { operationId });

  const admit = async (ids?: readonly string[]): Promise<void> => {
    const steps = Object.fromEntries(
      [...definitions].map(([kind, definition]) => [kind, definition.steps.map(({ name }) => pending(name))]),
    );
    // Who created the row queues it, or is about to finish it; should a kill come between the two, the sweep queues it.
    for (const made of await requests.admit({ limit: requestsAtOnce, ids, steps }))
      if (!definitions.get(made.kind)?.awaited) await queue.add(made);
  };
  const sweep = async (): Promise<void> => {
    await admit();
    for (const operation of await store.unfinished([...definitions.keys()])) await queue.add(operation);
  };

  /** Unless somebody else works on it. Says how it ended before others may come to it. */
  const run = async (operationId: string, ended: (record: OperationRecord) => void = () => {}): Promise<void> =>
    store.exclusively(operationId, async (stored) => {
      if (hasEnded(stored)) return ended(stored);
      const definition = definitions.get(stored.kind);
      if (!definition) return;
      const { signal } = ending;
      await runOperation(stored, definition, { store, clock, announce, onBoundary, pauseMs, signal }).then(
        (state) => ended({ ...stored, ...state }),
        (error) => {
          if (!signal.aborted) throw error;
        },
      );
      log.info({ operation: operationId, kind: stored.kind, interrupted: signal.aborted }, 'operation left');
    });
  const soon = (what: () => Promise<void>) =>
    oneAtATime(() => what().catch((error) => log.warn({ error }, 'operations wait for the sweep')));

  const settled: Operations['settled'] = async (id, { timeoutMs = 60_000 } = {}) => {
    const deadline = Date.now() + timeoutMs;
    for (let waitMs = 5; ; waitMs = Math.min(waitMs * 1.5, 200)) {
      const found = await store.find(id);
      if (found && hasEnded(found)) return found;
      if (Date.now() > deadline) throw new Error(`The operation ${id} has not ended within ${timeoutMs} ms.`);
      await pause(waitMs);
    }
  };

  return {
    register: (definition) => void definitions.set(definition.kind, definition as OperationDefinition<never>),
    get: (id) => store.find(id),
    unfinishedOf: (tenantId) => store.unfinishedOf(tenantId),
    erase: (tenantId) => store.erase(tenantId),
    admit,
    settled,
    async finish(id, { timeoutMs = 60_000 } = {}) {
      const started = Date.now();
      const ended = Promise.withResolvers<OperationRecord | undefined>();
      const left = run(id, ended.resolve).catch((error) =>
        log.warn({ operation: id, error }, 'an operation is left to whoever comes next'),
      );
      void left.then(() => ended.resolve(undefined));
      const record = await Promise.race([ended.promise, pause(timeoutMs, undefined, { ref: false })]);
      return record ?? settled(id, { timeoutMs: timeoutMs - (Date.now() - started) });
    },
    async retry(id): Promise<OperationRecord> {
      const stored = await store.find(id);
      if (!stored) throw new DomainError('OPERATION_NOT_FOUND');
      if (stored.status !== 'FAILED' && stored.status !== 'COMPENSATED') throw new DomainError('OPERATION_NOT_RETRYABLE');
      const forwardAgain = stored.status === 'COMPENSATED' || onlyForward.has(stored.kind);
      await store.save(id, {
        ...stored,
        status: forwardAgain ? 'PENDING' : 'COMPENSATING',
        steps: forwardAgain ? stored.steps.map((step) => (step.status === 'SUCCEEDED' ? step : pending(step.name))) : stored.steps,
        error: forwardAgain ? null : stored.error,
        finishedAt: null,
      });
      announce(id);
      await queue.add(stored);
      return (await store.find(id)) ?? stored;
    },
    async work() {
      for (const kind of definitions.keys()) await queue.work(kind, run);
      await sweep();
      const sweeping = setInterval(soon(sweep), sweepMs);
      sweeping.unref();
      stops.push(() => clearInterval(sweeping), commits.onCommit(soon(() => admit())));
    },
    async stop() {
      ending.abort(new Error('This process ends.'));
      for (const stop of stops) stop();
      await queue.stop();
    },
  };
};

/** While one run is under way any number of calls lead to one more. */
const oneAtATime = (work: () => Promise<void>): (() => void) => {
  let running = false;
  let again = false;
  const go = async () => {
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
  return () => {
    again = true;
    if (!running) void go();
  };
};

const hasEnded = ({ status }: OperationRecord): boolean => status === 'SUCCEEDED' || status === 'COMPENSATED' || status === 'FAILED';
