import { describe, expect, it } from 'vitest';
import { execute, runTool } from './tool.ts';

describe('a tool of the machine', () => {
  it('that is not there is named, with the way to get it', async () => {
    const running = runTool({ program: 'no-such-tool', for: 'fetching', get: 'apt-get install no-such-tool' }, ['--version']);
    await expect(running).rejects.toMatchObject({
      message: 'no-such-tool is not installed; it is needed for fetching.',
      nextStep: 'Get it with: apt-get install no-such-tool',
    });
  });

  it('that fails shows the end of what it said', async () => {
    const running = execute('/bin/sh', ['-c', 'seq 100; echo the registry is away >&2; exit 1']);
    await expect(running).rejects.toThrow(/^sh -c failed:\n[\s\S]*100\nthe registry is away$/);
    await expect(running).rejects.not.toThrow(/\n50\n/);
  });
});
