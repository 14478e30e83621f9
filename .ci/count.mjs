// Adds up the reports of vitest and Playwright and names what failed, last of all, where no log is too long to show it.
// A report that is missing, or holds no test, counts as a failure.
import { readFileSync } from 'node:fs';

const [failedStages, ...reports] = process.argv.slice(2);
const shown = 12; // lines of an error

const ofVitest = (report) => ({
  passed: report.numPassedTests,
  skipped: report.numPendingTests,
  failures: report.testResults.flatMap((file) => {
    const tests = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({ name: `${file.name} > ${test.fullName}`, error: test.failureMessages.join('\n') }));
    // A file can fail without a test that does: what it says before the first one, or after the last.
    return tests.length === 0 && file.status === 'failed' ? [{ name: file.name, error: file.message }] : tests;
  }),
});

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];

const ofPlaywright = (report) => ({
  passed: report.stats.expected,
  skipped: report.stats.skipped,
  failures: [
    ...report.suites.flatMap(specsOf).flatMap((spec) =>
      spec.tests
        .filter((test) => test.status === 'unexpected' || test.status === 'flaky')
        .map((test) => ({
          name: `${spec.file} > ${spec.title} (${test.status})`,
          error: test.results.map((result) => result.error?.message ?? '').join('\n'),
        })),
    ),
    ...(report.errors ?? []).map((error) => ({ name: 'the run', error: error.message ?? '' })),
  ],
});

const read = (file) => {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const told = report.stats ? ofPlaywright(report) : ofVitest(report);
    const complete = told.passed + told.failures.length > 0 && (report.success ?? true) === (told.failures.length === 0);
    return complete ? told : { ...told, failures: [...told.failures, { name: file, error: 'failed outside its tests, or ran none' }] };
  } catch (error) {
    return { passed: 0, skipped: 0, failures: [{ name: file, error: `no report: ${error.message}` }] };
  }
};

const ofOurs = (error) =>
  error
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, shown)
    .join('\n');

const told = reports.map((file) => ({ file, ...read(file) }));
for (const { failures } of told) for (const { name, error } of failures) console.log(`FAILED ${name}\n${ofOurs(error)}\n`);
for (const { file, passed, skipped, failures } of told)
  console.log(`${file}: ${passed} passed, ${failures.length} failed, ${skipped} skipped`);

const sum = (of) => told.reduce((total, each) => total + of(each), 0);
const failed = sum(({ failures }) => failures.length) || Number(failedStages);
const skipped = sum((each) => each.skipped);
console.log(`${sum(({ passed }) => passed)} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
