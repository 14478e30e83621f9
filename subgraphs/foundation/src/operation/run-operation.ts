import { isDomainError } from '@plexica/plugin-kit';
import type { OperationState, OperationStore, StoredOperation } from '../database/operation-store.ts';
import type { OperationContext, OperationDefinition, OperationStep, OperationStepRecord } from './operation.ts';

export interface RunDeps {
  readonly store: OperationStore;
  readonly clock: () => Date;
  /** After each noted change, for those who watch. */
  readonly announce: (operationId: string) => void;
  /** Where a crash test kills the process: around a step's work and the note of it. */
  readonly onBoundary?: (boundary: Boundary) => Promise<void>;
  readonly pauseMs?: (attempt: number) => number;
}

export interface Boundary {
  readonly operationId: string;
  readonly step: string;
  /** `before`: about to run; `ran`: done, not noted yet; `noted`: committed. */
  readonly at: 'before' | 'ran' | 'noted';
}

const attemptsAtMost = 5;
const defaultPause = (attempt: number): number => Math.min(100 * 4 ** (attempt - 1), 5_000);

/** Goes on where the operation stands: forward through its steps, or back through their compensations. */
export const runOperation = async (stored: StoredOperation, definition: OperationDefinition<never>, deps: RunDeps): Promise<void> => {
  const context: OperationContext = { operationId: stored.id, tenantId: stored.tenantId };
  const input = stored.input as never;
  let state = begin(stored, definition, deps.clock());

  const note = async (change: Partial<OperationState>) => {
    state = { ...state, ...change };
    await deps.store.save(stored.id, state);
    deps.announce(stored.id);
  };
  const noteStep = (name: string, change: Partial<OperationStepRecord>, whole: Partial<OperationState> = {}) =>
    note({ ...whole, steps: state.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) });
  const statusOf = (name: string) => state.steps.find((step) => step.name === name)?.status;

  const attempt = async (name: string, status: 'RUNNING' | 'COMPENSATING', work: () => Promise<void>): Promise<Error | undefined> => {
    for (let count = 1; ; count += 1) {
      await noteStep(name, { status, attempts: count, startedAt: deps.clock(), error: null });
      try {
        await work();
        return undefined;
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        await noteStep(name, { error: reasonOf(error) });
        // A rule that is broken stays broken; anything else may be a passing fault.
        if (isDomainError(error) || count >= attemptsAtMost) return error;
        await new Promise((resolve) => setTimeout(resolve, (deps.pauseMs ?? defaultPause)(count)));
      }
    }
  };

  const forward = async (step: OperationStep<never>): Promise<Error | undefined> => {
    await deps.onBoundary?.({ operationId: stored.id, step: step.name, at: 'before' });
    const error = await attempt(step.name, 'RUNNING', () => step.run(input, context));
    if (error) {
      await noteStep(step.name, { status: 'FAILED', finishedAt: deps.clock() }, { status: 'COMPENSATING', error: reasonOf(error) });
      return error;
    }
    await deps.onBoundary?.({ operationId: stored.id, step: step.name, at: 'ran' });
    await noteStep(step.name, { status: 'SUCCEEDED', finishedAt: deps.clock() });
    await deps.onBoundary?.({ operationId: stored.id, step: step.name, at: 'noted' });
    return undefined;
  };

  const back = async (failure: Error): Promise<void> => {
    for (const step of [...definition.steps].reverse()) {
      const status = statusOf(step.name);
      if (status === 'PENDING' || status === 'COMPENSATED') continue;
      const error = await attempt(step.name, 'COMPENSATING', async () => step.undo?.(input, context));
      if (error) {
        await noteStep(step.name, { status: 'FAILED', finishedAt: deps.clock() }, ended('FAILED', deps.clock()));
        return;
      }
      await noteStep(step.name, { status: 'COMPENSATED', finishedAt: deps.clock() });
    }
    await definition.compensated?.(input, failure, context);
    await note(ended('COMPENSATED', deps.clock()));
  };

  if (state.status === 'COMPENSATING') return back(new Error(state.error ?? 'failed'));
  await note({});
  for (const step of definition.steps) {
    if (statusOf(step.name) === 'SUCCEEDED') continue;
    const failure = await forward(step);
    if (failure) return back(failure);
  }
  await definition.completed?.(input, context);
  await note(ended('SUCCEEDED', deps.clock()));
};

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
