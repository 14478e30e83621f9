import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './vitest.sequencer.ts';

export default defineConfig({
  resolve: {
    // One copy of graphql: its two module formats would otherwise both be loaded and refuse each other's schemas.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
    conditions: ['development', 'node', 'default'],
  },
  test: {
    globalSetup: ['./vitest.global.ts'],
    setupFiles: ['./vitest.setup.ts'],
    include: [
      '{schema,plugin-kit,gateway,platform,web}/{src,test}/**/*.test.ts',
      'subgraphs/*/{src,test}/**/*.test.ts',
      'examples/*/{src,test}/**/*.test.ts',
    ],
    // Those need outside services: vitest.services.config.ts.
    exclude: [...configDefaults.exclude, '**/*.services.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Loading what is tested takes longer than most tests: each worker does it once. No module of ours keeps state, so files stay apart.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // CI counts the tests from this report.
    reporters: process.env.REPORT ? ['default', ['json', { outputFile: process.env.REPORT }]] : ['default'],
  },
});
