import { defineCommand, runMain } from 'citty';
import { launch } from './launch/launch.ts';

const command = defineCommand({
  meta: {
    name: 'plexica',
    description: 'Starts the whole platform on this machine: one endpoint, its console, demo tenants and a plugin.',
  },
  args: {
    port: { type: 'string', default: '4000', description: 'The one fixed port; every other is a free loopback port' },
    data: { type: 'string', description: 'Folder for the data, made if missing (default: .plexica beside the code)' },
    reset: { type: 'boolean', default: false, description: 'Throw the data of earlier runs away first' },
    demo: {
      type: 'boolean',
      default: true,
      description: 'Demo tenants, accounts and the analytics plugin',
      negativeDescription: 'Start empty',
    },
    verbose: { type: 'boolean', default: false, description: 'Print the log as well' },
  },
  run: ({ args }) => launch(args),
});

await runMain(command);
