import { afterEach, describe, expect, it } from 'vitest';
import { type PlannerThread, startPlannerThread } from './planner-thread.ts';

let thread: PlannerThread;
afterEach(() => thread.stop());
const start = () => {
  thread = startPlannerThread({ url: new URL('./planner-thread.test-support.ts', import.meta.url), patienceMs: 300 });
  return thread;
};

describe('the thread that plans', () => {
  it('refuses what takes too long, and answers what waited behind it', async () => {
    const { apiSdl } = start();
    const before = apiSdl('before');
    const endless = apiSdl('hang');
    const behind = [apiSdl('one'), apiSdl('two')];

    await expect(endless).rejects.toMatchObject({ extensions: { code: 'COST_EXCEEDED' } });

    expect(await before).toBe('before');
    expect(await Promise.all(behind)).toEqual(['one', 'two']);
    await expect(apiSdl('hang')).rejects.toMatchObject({ extensions: { code: 'COST_EXCEEDED' } });
  });

  it('refuses what it does not survive, and answers what waited behind it', async () => {
    const { apiSdl } = start();
    const deadly = apiSdl('die');
    const behind = apiSdl('one');

    await expect(deadly).rejects.toThrow('has ended');

    expect(await behind).toBe('one');
    expect(await apiSdl('later')).toBe('later');
  });

  it('refuses whatever waits when it is stopped', async () => {
    const { apiSdl, stop } = start();
    const waiting = [apiSdl('hang'), apiSdl('one')].map((each) => expect(each).rejects.toThrow('Planning was stopped'));

    await stop();

    await Promise.all(waiting);
  });
});
