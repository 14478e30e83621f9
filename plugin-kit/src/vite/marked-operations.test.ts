import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { markedOperations, operationsIn } from './marked-operations.ts';

const mark = "import { gql } from '@plexica/plugin-kit/vue';\n";

describe('the operations of a remote', () => {
  it('are what its modules marked, each once, wherever they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plexica-remote-'));
    try {
      await writeFile(
        join(folder, 'main.ts'),
        `${mark}export { b } from './b.ts';\nexport const a: string = gql\`query A { me { id } }\`;`,
      );
      await writeFile(join(folder, 'b.ts'), `${mark}export const b = [gql\`query A { me { id } }\`, gql\`{ me { email } }\`] as const;`);
      await writeFile(join(folder, 'unused.ts'), `${mark}export const c = gql\`{ nobody }\`;`);
      await build({
        root: folder,
        configFile: false,
        logLevel: 'silent',
        plugins: [markedOperations(join(folder, 'dist/ui.operations.json'))],
        build: { lib: { entry: 'main.ts', formats: ['es'] }, rollupOptions: { external: /^@plexica/ } },
      });

      const written = JSON.parse(await readFile(join(folder, 'dist/ui.operations.json'), 'utf8'));

      expect(written).toEqual(['query A {\n  me {\n    id\n  }\n}', '{\n  me {\n    email\n  }\n}']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('are marked by the kit’s own gql, under whichever name', () => {
    const renamed = "import { gql as ask } from '@plexica/plugin-kit/vue';\nimport { gql } from 'elsewhere';\n";
    expect(operationsIn('a.vue', `${renamed}ask\`{ me { id } }\`; gql\`{ theirs }\`;`)).toEqual(['{\n  me {\n    id\n  }\n}']);
  });

  it.each(['{', 'fragment Parts on User { id }', 'query A { a } query B { b }'])('fail the build where a text is none: %s', (text) => {
    expect(() => operationsIn('Widget.vue', `${mark}gql\`${text}\`;`)).toThrow('Widget.vue: ');
  });
});
