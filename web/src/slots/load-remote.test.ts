import { describe, expect, it } from 'vitest';
import { createRemoteLoader } from './load-remote.ts';

const widget = { name: 'Widget' };
const remote = { pluginId: 'time-sheets', entry: '/plugins/time-sheets/abc/remoteEntry.js', vue: '^3.5.0', expose: './Widget' };

const aLoader = (given: { loadRemote?: () => Promise<unknown>; exists?: boolean | Promise<boolean>; vueVersion?: string } = {}) => {
  const registered: string[] = [];
  const load = createRemoteLoader({
    host: {
      registerRemotes: (remotes: { name: string; entry: string }[]) =>
        registered.push(...remotes.map(({ name, entry }) => `${name} ${entry}`)),
      loadRemote: given.loadRemote ?? (async () => ({ default: widget })),
    } as never,
    exists: async () => given.exists ?? true,
    vueVersion: given.vueVersion ?? '3.5.45',
    timeoutMs: 30,
  });
  return { load, registered };
};

describe('loading the component of a plugin', () => {
  it('answers what the remote exposes, and registers each entry once', async () => {
    const { load, registered } = aLoader();
    expect(await load(remote)).toBe(widget);
    await load(remote);
    await load({ ...remote, entry: '/plugins/time-sheets/def/remoteEntry.js' });
    expect(registered).toEqual([`time_sheets ${remote.entry}`, 'time_sheets /plugins/time-sheets/def/remoteEntry.js']);
  });

  it.each([
    ['missing', { exists: false }],
    ['broken', { loadRemote: async () => Promise.reject(new Error('boom')) }],
    ['broken', { loadRemote: async () => ({}) }],
    ['slow', { loadRemote: () => new Promise<never>(() => {}) }],
    ['slow', { exists: new Promise<never>(() => {}) }],
    ['vue', { vueVersion: '4.0.0' }],
  ] as const)('says that it is %s', async (problem, given) => {
    const { load, registered } = aLoader(given);
    await expect(load(remote)).rejects.toMatchObject({ problem });
    if (problem === 'vue') expect(registered).toEqual([]);
  });

  it('tries a broken remote anew when asked again', async () => {
    let tries = 0;
    const { load, registered } = aLoader({
      loadRemote: async () => (++tries === 1 ? Promise.reject(new Error('boom')) : { default: widget }),
    });
    await expect(load(remote)).rejects.toMatchObject({ problem: 'broken' });
    expect(await load(remote)).toBe(widget);
    expect(registered).toHaveLength(2);
  });
});
