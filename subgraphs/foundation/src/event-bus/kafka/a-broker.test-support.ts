import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const main = join(root, 'platform/src/services/main.ts');

/** A broker of a test's own, to be killed; started by the same command as a person uses. */
export const aBroker = async () => {
  const folder = await mkdtemp('/var/tmp/plexica-broker-');
  const services = async (...words: string[]) => {
    const args = ['--import', 'tsx', '--conditions', 'development', main, ...words, '--data', folder];
    await promisify(execFile)(process.execPath, args, {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
    });
  };
  const up = () => services('up', 'kafka', '--free-ports');
  const record = async () => JSON.parse(await readFile(join(folder, 'kafka.json'), 'utf8')) as { pid: number; ports: { kafka: number } };
  const signal = async (what: NodeJS.Signals) => void process.kill((await record()).pid, what);
  await up();
  const { ports } = await record();
  return {
    url: `kafka://127.0.0.1:${ports.kafka}`,
    kill: () => signal('SIGKILL'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    up,
    async [Symbol.asyncDispose]() {
      await services('down', 'kafka');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
