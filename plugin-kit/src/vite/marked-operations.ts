import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gqlPluckFromCodeStringSync } from '@graphql-tools/graphql-tag-pluck';
import { print } from 'graphql';
import type { Plugin } from 'vite';
import { readOperation } from '../operations/read-operation.ts';

const mark = { name: '@plexica/plugin-kit/vue', identifier: 'gql' };

/** Writes what the modules of a remote marked with `gql`: the operations that its components ask. */
export const markedOperations = (file: string): Plugin => ({
  name: 'plexica-marked-operations',
  apply: 'build',
  generateBundle() {
    const texts = [...this.getModuleIds()].flatMap((id) => operationsIn(id, this.getModuleInfo(id)?.code ?? ''));
    mkdirSync(dirname(file), { recursive: true });
    // The same sources give the same file, in whichever order they were read.
    writeFileSync(file, JSON.stringify([...new Set(texts)].sort(), null, 2));
  },
});

/** The operations that a compiled module marked. Throws where a text is none, and names the module. */
export const operationsIn = (id: string, code: string): string[] => {
  if (!code.includes(mark.name)) return [];
  const options = { modules: [mark], globalGqlIdentifierName: [], skipIndent: true };
  return gqlPluckFromCodeStringSync('module.js', code, options).map(({ body }) => {
    try {
      return print(readOperation(body));
    } catch (error) {
      throw new Error(`${id}: ${error instanceof Error ? error.message : error}\n${body}`);
    }
  });
};
