import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { testServerUrl } from './test-database.ts';

/**
 * Answers once a package and what it stands on are built as they are: for tests that start processes as production does,
 * which is far quicker than from source. Whole runs have built everything before.
 */
export const built = async (packageName: string): Promise<void> => {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    // Workers that find the same package stale take turns.
    await client.query("select pg_advisory_lock(hashtextextended('plexica.build', 0))");
    const turbo = spawn('turbo', ['run', 'build', '--filter', packageName, '--output-logs=errors-only', '--no-update-notifier'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors, [code]] = await Promise.all([text(turbo.stdout), text(turbo.stderr), once(turbo, 'exit')]);
    if (code !== 0) throw new Error(`${packageName} could not be built:\n${output}${errors}`);
  } finally {
    await client.end();
  }
};
