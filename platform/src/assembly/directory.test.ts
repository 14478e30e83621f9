import { describe, expect, it } from 'vitest';
import { createDirectory, type DirectoryParts } from './directory.ts';

const aDirectory = () => {
  const holders = new Map([['acme', 'one']]);
  const asked: string[] = [];
  const parts = {
    tenants: {
      bySlug: async (slug: string) => {
        asked.push(slug);
        await new Promise(setImmediate);
        const id = holders.get(slug);
        return id && { id, slug };
      },
    },
    plugins: {
      recordFor: async ({ id }: { id: string }) => {
        asked.push(id);
        if (id === 'gone') throw new Error('nobody has it');
        return { supergraph: `of ${id}` };
      },
    },
    realms: { endpoints: () => ({}) },
  } as unknown as DirectoryParts;
  return { holders, asked, directory: createDirectory(parts) };
};

describe('a tenant in the Directory', () => {
  it('has its plugins looked up at the same time, once its slug was met', async () => {
    const { asked, directory } = aDirectory();
    await directory.tenant('acme');
    expect(asked.splice(0)).toEqual(['acme', 'one']);
    expect(await directory.tenant('acme')).toMatchObject({ id: 'one', supergraph: 'of one' });
    expect(asked).toEqual(['one', 'acme']);
  });

  it('never has the plugins of whoever bore its slug before', async () => {
    const { holders, directory } = aDirectory();
    for (const id of ['one', 'gone', 'two']) {
      holders.set('acme', id);
      await directory.tenant('acme').catch(() => {});
    }
    expect(await directory.tenant('acme')).toMatchObject({ id: 'two', supergraph: 'of two' });
    holders.set('acme', 'three');
    expect(await directory.tenant('acme')).toMatchObject({ id: 'three', supergraph: 'of three' });
    holders.delete('acme');
    expect(await directory.tenant('acme')).toBeUndefined();
  });
});
