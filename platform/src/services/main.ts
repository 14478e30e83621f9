import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { barrierToPostgres } from '@plexica/foundation/database';
import { defineCommand, runMain } from 'citty';
import { fallbackFolder } from '../launch/data-folder.ts';
import { LaunchProblem } from '../launch/launch-problem.ts';
import { services, withDependants } from './catalog.ts';
import { placeOf } from './record.ts';
import { endService } from './run-service.ts';
import { type ServiceName, serviceNames } from './service.ts';
import { serviceState } from './service-state.ts';
import { startServices } from './start-services.ts';

const data = { type: 'string', description: 'Folder for data, logs and process ids (default: .plexica/services)' } as const;
const print = (line: string) => void process.stdout.write(`${line}\n`);

const up = defineCommand({
  meta: { name: 'up', description: `Starts services that don't run yet, all or those named: ${serviceNames.join(', ')}` },
  args: {
    data,
    'port-offset': { type: 'string', default: '0', description: 'Added to every standard port' },
    'free-ports': { type: 'boolean', default: false, description: 'Any free ports instead' },
    env: { type: 'string', description: 'Writes the variables that make Plexica use them to this file' },
  },
  run: ({ args }) =>
    explained(async () => {
      const offset = Number(args['port-offset']);
      const running = await startServices(named(args._), {
        folder: await folderOf(args.data),
        ports: args['free-ports'] ? 'free' : { offset },
        say: (line) => print(`  ${line}`),
      });
      const lines = Object.entries(await running.environment()).map(([name, value]) => `${name}=${value}`);
      if (args.env) await writeFile(args.env, `${lines.join('\n')}\n`, { mode: 0o600 });
      print(args.env ? `\nThe variables that make Plexica use them are in ${args.env}.` : `\n${lines.join('\n')}`);
    }),
});

const down = defineCommand({
  meta: { name: 'down', description: 'Ends services, all or those named, and what stands on them; their data stays' },
  args: { data },
  run: ({ args }) =>
    explained(async () => {
      const folder = await folderOf(args.data);
      for (const service of withDependants(named(args._)))
        print(`  ${service.name} ${(await endService(service, folder)) ? 'is down' : 'did not run'}`);
    }),
});

const status = defineCommand({
  meta: { name: 'status', description: 'Says which services run; fails when a named one does not' },
  args: { data, json: { type: 'boolean', default: false, description: 'For programs' } },
  run: ({ args }) =>
    explained(async () => {
      const folder = await folderOf(args.data);
      const states = await Promise.all(named(args._).map((name) => serviceState(services[name], folder)));
      if (args.json) print(JSON.stringify(states, null, 2));
      else
        for (const { name, state, pid, ports } of states)
          print(
            `  ${name.padEnd(9)} ${state.padEnd(13)} ${pid ? `process ${pid}, ` : ''}${ports ? `ports ${Object.values(ports).join(', ')}` : ''}`,
          );
      if (args._.length && states.some(({ state }) => state !== 'up')) process.exitCode = 1;
    }),
});

const logs = defineCommand({
  meta: { name: 'logs', description: 'Prints the end of the log of a service' },
  args: { data, lines: { type: 'string', default: '100', description: 'How many lines' } },
  run: ({ args }) =>
    explained(async () => {
      const folder = await folderOf(args.data);
      for (const name of named(args._)) {
        const text = await readFile(placeOf(folder, name).log, 'utf8').catch(() => '');
        print(`== ${name}\n${text.trimEnd().split('\n').slice(-Number(args.lines)).join('\n')}`);
      }
    }),
});

const named = (words: readonly string[]): ServiceName[] => {
  if (!words.length) return [...serviceNames];
  return words.map((word) => {
    const known = serviceNames.find((name) => name === word);
    if (!known) throw new LaunchProblem(`There is no service ${word}.`, `Those there are: ${serviceNames.join(', ')}.`);
    return known;
  });
};

/** The default lies beside the code, or where PostgreSQL's user can reach it. */
const folderOf = async (given: string | undefined): Promise<string> => {
  if (given) return resolve(given);
  const wanted = fileURLToPath(new URL('../../../.plexica/services', import.meta.url));
  return (await barrierToPostgres(join(wanted, 'postgres'))) ? fallbackFolder(wanted) : wanted;
};

/** Problems that a person can put right end in plain lines. */
const explained = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LaunchProblem)) throw error;
    console.error(`\n  ${error.message}\n  ${error.nextStep}\n`);
    process.exitCode = 1;
  }
};

await runMain(
  defineCommand({
    meta: {
      name: 'services',
      description: 'The real services that Plexica can stand on, run natively on this machine, without containers.',
    },
    subCommands: { up, down, status, logs },
  }),
);
