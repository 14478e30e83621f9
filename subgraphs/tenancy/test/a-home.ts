import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { aTestDatabase } from '../../foundation/src/database/testing/index.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A database and a folder that processes come to and leave, with the variables that lead them there. */
export const aHome = async () => {
  const test = await aTestDatabase({ platformSchema: false });
  const folder = pathToFileURL(await mkdtemp(join(tmpdir(), 'plexica-tenancy-'))).href;
  const database = new URL(test.ownerUrl).pathname;
  const pool = new pg.Pool({ connectionString: new URL(database, test.superuserUrl).href, max: 1 });
  const column = async (sql: string, values: unknown[] = []): Promise<string[]> =>
    (await pool.query({ text: sql, values, rowMode: 'array' })).rows.map(([value]) => String(value));
  return {
    installation: test.installation,
    folder: fileURLToPath(folder),
    variables: {
      PLEXICA_URL: 'http://localhost:4000',
      PLEXICA_INSTALLATION: test.installation,
      PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
      DATABASE_URL: test.url,
      DATABASE_OWNER_URL: test.ownerUrl,
      STORAGE_URL: `${folder}/storage`,
      MAIL_URL: `${folder}/mail`,
      LOG_LEVEL: 'silent',
    },
    column,
    /** The status of an operation once it has ended, or its status after two minutes. */
    async ended(operationId: string): Promise<string | undefined> {
      let status: string | undefined;
      for (let waited = 0; waited < 120_000; waited += 100) {
        [status] = await column('select status from plexica.operation where id = $1', [operationId]);
        if (['SUCCEEDED', 'COMPENSATED', 'FAILED'].includes(status ?? '')) break;
        await pause(100);
      }
      return status;
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      await test[Symbol.asyncDispose]();
      await rm(fileURLToPath(folder), { recursive: true, force: true });
    },
  };
};
