import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import plain from './vitest.config.ts';

const { test, ...shared } = plain;

/** The suites that need real services; what they need is started first, and what can't be started fails the run. */
export default mergeConfig(
  { ...shared, test: { ...test, include: [], exclude: [], globalSetup: [] } },
  defineConfig({
    test: {
      globalSetup: ['./vitest.services.global.ts'],
      include: ['{gateway,platform}/src/**/*.services.test.ts', 'subgraphs/*/src/**/*.services.test.ts'],
      exclude: [...configDefaults.exclude],
      testTimeout: 180_000,
      hookTimeout: 180_000,
    },
  }),
);
