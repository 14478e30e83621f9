import { describe, expect, it } from 'vitest';
import { createTestDirectory } from '../test/a-directory.ts';
import { cacheDirectory } from './cached-directory.ts';

const aCache = () => {
  const owner = createTestDirectory();
  const cached = cacheDirectory(owner, () => new Date(0));
  owner.setTenant('acme', { supergraph: 'core' });
  return { owner, cached };
};

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
