import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './platform/src/testing/chromium.ts';

/** The console in a real browser, against the real platform started as a newcomer starts it. */
export default defineConfig({
  testDir: 'web/browser',
  outputDir: 'test-results/browser',
  globalSetup: './web/browser/start-platform.ts',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: chromiumOptions,
  },
});
