import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, PostgresUnreachable, spawnEmbeddedPostgres } from '@plexica/foundation/embedded';
import pino from 'pino';
import { prepareDemoService } from '../demo/demo-service.ts';
import { banner } from './banner.ts';
import { type DataFolder, fallbackFolder, takeDataFolder } from './data-folder.ts';
import { LaunchProblem } from './launch-problem.ts';
import { freeFixedPort } from './port.ts';
import { createProgress } from './progress.ts';
import { createShutdown } from './shutdown.ts';

export interface LaunchOptions {
  readonly port: string;
  readonly data?: string;
  readonly reset: boolean;
  readonly demo: boolean;
  readonly verbose: boolean;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const root = dirname(dirname(fileURLToPath(import.meta.resolve('@plexica/platform/package.json'))));

/** The whole platform in embedded mode, from nothing to the banner. Problems that a person can put right end in two plain lines. */
export const launch = async (options: LaunchOptions): Promise<void> => {
  const shutdown = createShutdown(print);
  shutdown.listen();
  try {
    await bringUp(options, shutdown);
  } catch (error) {
    if (shutdown.isStopping()) return;
    await shutdown.stop();
    explain(error);
    process.exit(1);
  }
};

const bringUp = async (options: LaunchOptions, shutdown: ReturnType<typeof createShutdown>): Promise<void> => {
  const started = performance.now();
  const { step } = createProgress(print);
  const port = await freeFixedPort(options.port);
  const url = `http://localhost:${port}`;
  const { folder, postgres, log, demo, parts } = await step('PostgreSQL, and the platform is loaded', async () => {
    const { folder, postgres } = await startData(options);
    shutdown.onStop('the data folder', () => folder.release());
    shutdown.onStop('PostgreSQL', () => postgres.stop());
    const log = launchLog(folder.path, options.verbose);
    const demo = options.demo ? await prepareDemoService({ root, folder: folder.path, url, log }) : undefined;
    // Last: nothing else happens here for the better part of a second, while those processes come up.
    const parts = await import('./parts.ts');
    await postgres.ready;
    return { folder, postgres, log, demo, parts };
  });
  const environment = await parts.embeddedEnvironment({
    folder: folder.path,
    url,
    demo: options.demo,
    superuserUrl: postgres.url,
    logLevel: options.verbose ? 'info' : 'warn',
    variables: process.env,
  });
  const platform = await step('gateway, subgraphs, issuer and console', () =>
    parts.createPlatform({ environment, log, consoleFolder: join(root, 'web/dist') }),
  );
  shutdown.onStop('the platform', () => platform.stop());
  await platform.listen({ host: '127.0.0.1', port });

  if (demo) {
    const what = demo.running ? 'the analytics plugin' : 'demo tenants and the analytics plugin';
    const service = await step(what, () => demo.running ?? parts.runDemo(platform, url, demo));
    shutdown.onStop('the analytics plugin', () => service.stop());
  }
  const admin = demo ? undefined : await parts.firstAdmin(folder.path, platform.core);
  platform.prepared();
  print(banner(url, { admin, seconds: `${((performance.now() - started) / 1000).toFixed(1)} s` }));
};

// The terminal shows what a person needs; everything else goes to a file beside the data.
const launchLog = (folder: string, verbose: boolean) =>
  createLogger(verbose ? {} : { destination: pino.destination({ dest: join(folder, 'plexica.log'), sync: false }) });

const startData = async ({ data, reset }: LaunchOptions) => {
  const wanted = data ?? join(root, '.plexica');
  try {
    return await startOn(wanted, reset);
  } catch (error) {
    if (!(error instanceof PostgresUnreachable)) throw error;
    if (data) {
      throw new LaunchProblem(
        `PostgreSQL runs as the user postgres when started as root, and may not enter ${error.barrier}.`,
        `Allow it with \`chmod o+x ${error.barrier}\`, start as another user, or choose --data <a folder it can reach>, such as /var/tmp/plexica.`,
      );
    }
    const reachable = fallbackFolder(wanted);
    if (!existsSync(reachable))
      print(`  The user postgres may not enter ${error.barrier}, so the data goes to ${reachable} (choose with --data).`);
    return startOn(reachable, reset);
  }
};

const startOn = async (path: string, reset: boolean) => {
  const folder: DataFolder = await takeDataFolder(path, { reset });
  try {
    return { folder, postgres: await spawnEmbeddedPostgres({ folder: folder.path }) };
  } catch (error) {
    await folder.release();
    throw error;
  }
};

const explain = (error: unknown): void => {
  if (error instanceof LaunchProblem) {
    console.error(`\n  ${error.message}\n  ${error.nextStep}\n`);
    return;
  }
  console.error(`\n  Plexica could not start: ${error instanceof Error ? error.message : error}`);
  console.error('  The log is plexica.log in the data folder; --verbose prints it. Start with --reset to throw the data away.\n');
  if (process.env.PLEXICA_DEBUG) console.error(error);
};
