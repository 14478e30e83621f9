import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { freePort } from '../../subgraphs/foundation/src/network/free-port.ts';

/** `pnpm start` on data of its own; PLEXICA_TEST_URL names one that runs already, and PLEXICA_TEST_MAIL its folder of mails. */
export default async () => {
  if (process.env.PLEXICA_TEST_URL) return;
  const folder = await mkdtemp('/var/tmp/plexica-browser-');
  await chmod(folder, 0o755);
  const port = await freePort();
  const platform = spawn(process.execPath, ['platform/launch.mjs', '--port', String(port), '--data', `${folder}/data`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    platform.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Ctrl-C stops everything')) resolve();
    });
    platform.once('exit', (code) => reject(new Error(`The platform ended with ${code}:\n${output}`)));
  });
  process.env.PLEXICA_TEST_URL = `http://localhost:${port}`;
  process.env.PLEXICA_TEST_MAIL = `${folder}/data/mail`;
  return async () => {
    const exited = once(platform, 'exit');
    platform.kill('SIGINT');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
};
