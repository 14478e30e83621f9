import { setTimeout as pause } from 'node:timers/promises';
import { isDomainError } from '@plexica/plugin-kit';
import { isAway } from '../away.ts';
import type { OperationState, OperationStore, StoredOperation } from '../database/operation-store.ts';
import { type OperationContext, type OperationDefinition, type OperationStep, type OperationStepRecord, onlyForward } from './operation.ts';

export interface RunDeps {
  readonly store: OperationStore;
  readonly clock: () => Date;
  /** After each noted change, for those who watch. */
  readonly announce: (operationId: string) => void;
  /** Where a crash test kills the process: around a step's work and the note of it. */
  readonly onBoundary?: (boundary: Boundary) => Promise<void>;
  readonly pauseMs?: (attempt: number) => number;
  /** This process ends: what is at hand is finished, the rest is for the next start or another process. */
  readonly signal?: AbortSignal;
}

export interface Boundary {
  readonly operationId: string;
  readonly step: string;
  /** `before`: about to run; `ran`: done, not noted yet; `noted`: committed. The same with `undo-` on the way back. */
  readonly at: 'before' | 'ran' | 'noted' | 'undo-before' | 'undo-ran' | 'undo-noted';
}

const attemptsAtMost = 5;
const defaultPause = (attempt: number): number => Math.min(100 * 4 ** (attempt - 1), 3_000);

/**
 * Goes on where the operation stands: forward through its steps, or back through their compensations. Answers how it ended. Rejects
 * with the signal's reason.
 */
export const runOperation = async (
  stored: StoredOperation,
  definition: OperationDefinition<never>,
  deps: RunDeps,
): Promise<OperationState> => {
  const context: OperationContext = { operationId: stored.id, tenantId: stored.tenantId };
  const input = stored.input as never;
  const goesBack = !onlyForward.has(stored.kind);
  let state = begin(stored, definition, deps.clock());

  const note = async (change: Partial<OperationState>) => {
    state = { ...state, ...change };
    await deps.store.save(stored.id, state);
    deps.announce(stored.id);
  };
  const noteStep = (name: string, change: Partial<OperationStepRecord>, whole: Partial<OperationState> = {}) =>
    note({ ...whole, steps: changed(state.steps, name, change) });
  const statusOf = (name: string) => state.steps.find((step) => step.name === name)?.status;
  const reach = (step: string, at: Boundary['at']) => deps.onBoundary?.({ operationId: stored.id, step, at });

  /** Tries until it works or fails for good, and answers what it failed with. */
  const attempt = async (work: () => Promise<void>, watch: Partial<AttemptWatch> = {}): Promise<Error | undefined> => {
    for (let count = 1; ; count += 1) {
      deps.signal?.throwIfAborted();
      await watch.begins?.(count);
      try {
        await work();
        return undefined;
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        await watch.failed?.(error);
        // What was accepted waits for a service that is away, however long. A rule that is broken stays broken; anything else may pass.
        if (!isAway(error) && (isDomainError(error) || count >= attemptsAtMost)) return error;
        await pause((deps.pauseMs ?? defaultPause)(count), undefined, { signal: deps.signal }).catch(() => deps.signal?.throwIfAborted());
      }
    }
  };
  const begun = (status: 'RUNNING' | 'COMPENSATING', attempts = 1) => ({
    ...{ status, attempts, startedAt: deps.clock() },
    ...{ finishedAt: null, error: null },
  });
  const attemptStep = (name: string, status: 'RUNNING' | 'COMPENSATING', work: () => Promise<void>) =>
    attempt(work, {
      // The first attempt forward was noted with what came before it.
      begins: async (attempts) => {
        if (status === 'COMPENSATING' || attempts > 1) await noteStep(name, begun(status, attempts));
      },
      failed: (error) => noteStep(name, { error: reasonOf(error) }),
    });

  /** The step begins where the one before it ends: one note for both, before any of its work. */
  const forward = async (step: OperationStep<never>, next: OperationStep<never> | undefined): Promise<Error | undefined> => {
    await reach(step.name, 'before');
    const error = await attemptStep(step.name, 'RUNNING', () => step.run(input, context));
    if (error) {
      const finishedAt = deps.clock();
      const whole = goesBack ? ({ status: 'COMPENSATING' } as const) : ended('FAILED', finishedAt);
      await noteStep(step.name, { status: 'FAILED', finishedAt }, { ...whole, error: reasonOf(error) });
      return error;
    }
    await reach(step.name, 'ran');
    const steps = changed(state.steps, step.name, { status: 'SUCCEEDED', finishedAt: deps.clock() });
    const isLast = !next && !definition.completed;
    await note(
      isLast ? { steps, ...ended('SUCCEEDED', deps.clock()) } : { steps: next ? changed(steps, next.name, begun('RUNNING')) : steps },
    );
    await reach(step.name, 'noted');
    return undefined;
  };

  const back = async (failure: Error): Promise<void> => {
    for (const step of [...definition.steps].reverse()) {
      const status = statusOf(step.name);
      if (status === 'PENDING' || status === 'COMPENSATED') continue;
      await reach(step.name, 'undo-before');
      const error = await attemptStep(step.name, 'COMPENSATING', async () => step.undo?.(input, context));
      if (error) return noteStep(step.name, { status: 'FAILED', finishedAt: deps.clock() }, ended('FAILED', deps.clock()));
      await reach(step.name, 'undo-ran');
      await noteStep(step.name, { status: 'COMPENSATED', finishedAt: deps.clock() });
      await reach(step.name, 'undo-noted');
    }
    const error = await attempt(async () => definition.compensated?.(input, failure, context));
    await note(
      error ? { ...ended('FAILED', deps.clock()), error: `${reasonOf(failure)} (${reasonOf(error)})` } : ended('COMPENSATED', deps.clock()),
    );
  };

  const whole = async (): Promise<void> => {
    if (state.status === 'COMPENSATING') return back(new Error(state.error ?? 'failed'));
    const left = definition.steps.filter(({ name }) => statusOf(name) !== 'SUCCEEDED');
    if (left[0]) await noteStep(left[0].name, begun('RUNNING'));
    for (const [index, step] of left.entries()) {
      const failure = await forward(step, left[index + 1]);
      if (failure) return goesBack ? back(failure) : undefined;
    }
    if (state.status === 'SUCCEEDED') return;
    const failure = await attempt(async () => definition.completed?.(input, context));
    if (failure) {
      await note({ status: 'COMPENSATING', error: reasonOf(failure) });
      return back(failure);
    }
    await note(ended('SUCCEEDED', deps.clock()));
  };
  await whole();
  return state;
};

interface AttemptWatch {
  readonly begins: (count: number) => Promise<void>;
  readonly failed: (error: Error) => Promise<void>;
}

const changed = (steps: readonly OperationStepRecord[], name: string, change: Partial<OperationStepRecord>): OperationStepRecord[] =>
  steps.map((step) => (step.name === name ? { ...step, ...change } : step));

const ended = (status: 'SUCCEEDED' | 'COMPENSATED' | 'FAILED', finishedAt: Date) => ({ status, finishedAt });

const begin = (stored: StoredOperation, { steps }: OperationDefinition<never>, now: Date): OperationState => ({
  status: stored.status === 'PENDING' ? 'RUNNING' : stored.status,
  error: stored.error,
  startedAt: stored.startedAt ?? now,
  finishedAt: null,
  steps: steps.map(({ name }) => stored.steps.find((step) => step.name === name) ?? pending(name)),
});

// Programs compare the code, people read the words.
const reasonOf = (error: Error): string => (isDomainError(error) ? `${error.code}: ${error.message}` : error.message);

export const pending = (name: string): OperationStepRecord => ({
  name,
  status: 'PENDING',
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  error: null,
});
