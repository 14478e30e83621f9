// Adds up the reports of vitest and Playwright. A report that is missing, or holds no test, counts as a failure.
import { readFileSync } from 'node:fs';

const [failedStages, ...reports] = process.argv.slice(2);

const counts = (file) => {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return report.stats
      ? { passed: report.stats.expected, failed: report.stats.unexpected + report.stats.flaky, skipped: report.stats.skipped }
      : {
          passed: report.numPassedTests,
          failed: report.numFailedTests + report.numFailedTestSuites * (report.numFailedTests ? 0 : 1),
          skipped: report.numPendingTests,
        };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
};

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of reports) {
  const count = counts(file);
  if (count.passed === 0) count.failed = Math.max(1, count.failed);
  console.log(`${file}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  passed += count.passed;
  failed += count.failed;
  skipped += count.skipped;
}
if (failed === 0 && Number(failedStages) > 0) failed = Number(failedStages);
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
