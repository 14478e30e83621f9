import { readEnvironment } from '@plexica/foundation';
import { defineCommand, runMain } from 'citty';
import { createPlatformAdmin } from '../admin/platform-admin.ts';
import { createCore } from '../assembly/core.ts';

const command = defineCommand({
  meta: {
    name: 'admin:create',
    description: 'Creates a platform admin. Reads the same environment as the worker, which has run once before.',
  },
  args: {
    email: { type: 'string', required: true, description: 'With it the admin signs in' },
    name: { type: 'string', default: 'Platform admin', description: 'Shown to others' },
  },
  async run({ args }) {
    const { PLEXICA_ADMIN_PASSWORD: password, ...variables } = process.env;
    const core = await createCore(readEnvironment({ LOG_LEVEL: 'warn', ...variables }));
    try {
      const made = await createPlatformAdmin(core, { email: args.email, displayName: args.name, password });
      console.log(`${made.email} may sign in at the tenant "plexica"${password ? '' : ` with the password ${made.password}`}.`);
    } finally {
      await core.stop();
    }
  },
});

await runMain(command);
