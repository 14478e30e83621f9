import { describe, expect, it } from 'vitest';
import { createTestDirectory } from '../test/a-directory.ts';
import { cacheDirectory } from './cached-directory.ts';

const aCache = () => {
  const owner = createTestDirectory();
  let now = 0;
  // As from elsewhere: each answer is an object of its own.
  const remote = { ...owner, tenant: async (slug: string) => structuredClone(await owner.tenant(slug)) };
  const cached = cacheDirectory(remote, () => new Date(now));
  owner.setTenant('acme', { supergraph: 'core' });
  const pass = (ms: number) => {
    now += ms;
  };
  return { owner, cached, pass };
};

describe('a tenant that does not change', () => {
  it('stays the same object, however often its owner is asked', async () => {
    const { owner, cached, pass } = aCache();
    const first = await cached.tenant('acme');
    pass(2_000);
    const second = await cached.tenant('acme');
    expect(owner.asked.tenant).toBe(2);
    expect(second).toBe(first);
    owner.setTenant('acme', { supergraph: 'core+crm' });
    expect(await cached.tenant('acme')).not.toBe(first);
  });
});

describe('a tenant that changes', () => {
  it('is asked for at once where it is in use, so that the next request finds it', async () => {
    const { owner, cached } = aCache();
    await cached.tenant('acme');

    owner.setTenant('acme', { supergraph: 'core+crm' });
    expect(owner.asked.tenant).toBe(2);

    expect((await cached.tenant('acme'))?.supergraph).toBe('core+crm');
    expect(owner.asked.tenant).toBe(2);
  });

  it('is left alone where nobody asked for it', async () => {
    const { owner } = aCache();
    owner.setTenant('acme', { supergraph: 'core+crm' });
    expect(owner.asked.tenant).toBe(0);
  });

  it('is asked for again by the next request when its owner was away then', async () => {
    const { owner, cached } = aCache();
    await cached.tenant('acme');
    owner.failWith(new Error('away'));
    owner.setTenant('acme', { supergraph: 'core+crm' });
    await new Promise(setImmediate);
    owner.failWith();

    expect((await cached.tenant('acme'))?.supergraph).toBe('core+crm');
  });
});
