import { describe, expect, it } from 'vitest';
import type { OperationState, OperationStore, StoredOperation } from '../database/operation-store.ts';
import { defineOperation, step } from './operation.ts';
import { pending, runOperation } from './run-operation.ts';

const steps = ['one', 'two', 'three'];
const stored = (given: Partial<StoredOperation> = {}): StoredOperation => ({
  id: 'o',
  tenantId: 't',
  kind: 'PLUGIN_ACTIVATE',
  status: 'PENDING',
  input: {},
  steps: steps.map(pending),
  error: null,
  startedAt: null,
  finishedAt: null,
  ...given,
});
const said = ({ status, steps }: OperationState) => `${status}: ${steps.map((each) => each.status).join(' ')}`;

/** What was noted and worked, in the order in which it was. */
const run = async (from: StoredOperation, options: { readonly fails?: string; readonly completes?: boolean } = {}) => {
  const course: string[] = [];
  const store = { save: async (_: string, state: OperationState) => void course.push(said(state)) } as unknown as OperationStore;
  const works = steps.map((name) =>
    step<object>(name, {
      run: async () => {
        course.push(name);
        if (name === options.fails) throw new Error('for good');
      },
      undo: async () => void course.push(`undo ${name}`),
    }),
  );
  const completed = async () => void course.push('completed');
  const definition = defineOperation<object>('PLUGIN_ACTIVATE', works, options.completes ? { completed } : {});
  const deps = { store, clock: () => new Date(0), announce: () => {}, pauseMs: () => 0 };
  return { ended: await runOperation(from, definition as never, deps), course };
};

describe('the notes of an operation', () => {
  it('stand between two steps: the end of one and the beginning of the next, before any of its work', async () => {
    const { ended, course } = await run(stored());

    expect(course).toEqual([
      'RUNNING: RUNNING PENDING PENDING',
      'one',
      'RUNNING: SUCCEEDED RUNNING PENDING',
      'two',
      'RUNNING: SUCCEEDED SUCCEEDED RUNNING',
      'three',
      'SUCCEEDED: SUCCEEDED SUCCEEDED SUCCEEDED',
    ]);
    expect(said(ended)).toBe(course.at(-1));
  });

  it('say that it is over only once what completes it is', async () => {
    const { course } = await run(stored(), { completes: true });
    expect(course.slice(-3)).toEqual(['RUNNING: SUCCEEDED SUCCEEDED SUCCEEDED', 'completed', 'SUCCEEDED: SUCCEEDED SUCCEEDED SUCCEEDED']);
  });

  it('say where it goes on after a kill, also where nothing is left but its end', async () => {
    const one = { ...pending('one'), status: 'SUCCEEDED' as const };
    const begun = stored({ status: 'RUNNING', steps: [one, { ...pending('two'), status: 'RUNNING' }, pending('three')] });
    expect((await run(begun)).course.slice(0, 2)).toEqual(['RUNNING: SUCCEEDED RUNNING PENDING', 'two']);
    const done = stored({ status: 'RUNNING', steps: steps.map((name) => ({ ...one, name })) });
    expect((await run(done)).course).toEqual(['SUCCEEDED: SUCCEEDED SUCCEEDED SUCCEEDED']);
  });

  it('say which step is tried again, and from where it goes back', async () => {
    const { course } = await run(stored(), { fails: 'two' });
    expect(course.filter((each) => each === 'two')).toHaveLength(5);
    expect(course.slice(-8)).toEqual([
      'COMPENSATING: SUCCEEDED FAILED PENDING',
      'COMPENSATING: SUCCEEDED COMPENSATING PENDING',
      'undo two',
      'COMPENSATING: SUCCEEDED COMPENSATED PENDING',
      'COMPENSATING: COMPENSATING COMPENSATED PENDING',
      'undo one',
      'COMPENSATING: COMPENSATED COMPENSATED PENDING',
      'COMPENSATED: COMPENSATED COMPENSATED PENDING',
    ]);
  });
});
