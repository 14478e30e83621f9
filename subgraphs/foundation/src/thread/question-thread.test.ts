import { afterEach, describe, expect, it } from 'vitest';
import { createQuestionThread, type QuestionThread } from './question-thread.ts';

let thread: QuestionThread<string>;
afterEach(() => thread.stop());
const start = () => {
  thread = createQuestionThread<string>({
    url: new URL('./question-thread.test-support.ts', import.meta.url),
    patienceMs: 1_000,
    heapMb: 64,
    givenUp: (why) => new Error(`given up: ${why}`),
  });
  return thread;
};

describe('a thread that answers questions', () => {
  it.each([
    ['takes too long', 'hang', 'given up: too long'],
    ['takes too much memory', 'grow', 'given up: too large'],
    ['takes all memory', 'grow without end', 'given up: too large'],
    ['ends the thread', 'die', 'given up: ended'],
  ])('gives up what %s, and answers what waited behind it', async (_, question, reason) => {
    const { ask } = start();
    const before = ask('before');
    const bad = ask(question);
    const behind = [ask('one'), ask('two')];

    await expect(bad).rejects.toThrow(reason);

    expect(await before).toBe('before');
    expect(await Promise.all(behind)).toEqual(['one', 'two']);
    await expect(ask(question)).rejects.toThrow(reason);
    expect(await ask('later')).toBe('later');
  });

  it('tells what failed, and goes on', async () => {
    const { ask } = start();
    const [failed, behind] = [ask('fail'), ask('one')];

    await expect(failed).rejects.toThrow('It failed.');

    expect(await behind).toBe('one');
  });

  it('leaves nobody waiting when it is stopped, and starts again when asked', async () => {
    const { ask, stop } = start();
    const waiting = [ask('hang'), ask('one')].map((each) => expect(each).rejects.toThrow('The thread was stopped'));

    await stop();

    await Promise.all(waiting);
    expect(await ask('later')).toBe('later');
  });
});
