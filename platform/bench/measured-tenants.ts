import type { Environment } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import { createPlatform } from '../src/assembly/platform.ts';
import { type Client, signIn } from '../src/client/client.ts';
import { mutate } from '../src/client/mutate.ts';
import { servePluginFor } from '../src/testing/serve-plugin-for.ts';
import { withPlugins } from '../src/testing/tenant-client.ts';
import { stopwatchPlugin } from './stopwatch-plugin.ts';

const password = 'plexica-demo';
/** Sessions are short. */
const signInEvery = 20;
/** Not counted: connections open and code is compiled meanwhile. */
const warmUps = 10;

export interface Sample {
  readonly tenants: number;
  readonly events: number;
  readonly port: number;
}

/** Times by the clock, in milliseconds, one after another. */
export interface Times {
  /** From sending `createTenant` to a tenant that is ACTIVE. */
  readonly tenant: readonly number[];
  /** From sending `createRole` to its answer. */
  readonly change: readonly number[];
  /** From sending `createRole` to the plugin's hook for the event of it. */
  readonly hook: readonly number[];
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** Makes tenants and events in a platform of its own, in this process and over its one port. */
export const measureTenants = async (environment: Environment, { tenants, events, port }: Sample): Promise<Times> => {
  await using stack = new AsyncDisposableStack();
  const platform = await createPlatform({ environment });
  stack.defer(() => platform.stop());
  await platform.listen({ host: '127.0.0.1', port });
  const url = environment.PLEXICA_URL;
  const { foundation, onboarding } = platform.core;
  const person = { password, displayName: 'Rosa Root' };
  await onboarding.createUserWithPassword(platformTenant, { ...person, email: 'root@plexica.test', roles: ['super_admin'] });
  const asRoot = () => signIn(url, 'plexica', 'root@plexica.test', password);

  const makeTenant = async (root: Client, slug: string): Promise<string> => {
    const input = { slug, name: 'A tenant', adminEmail: `admin@${slug}.test` };
    const made = await mutate<{ tenant: { id: string }; operation: { id: string } }>(
      root,
      'createTenant',
      input,
      'tenant { id } operation { id }',
    );
    const { status, error } = await foundation.operations.settled(made.operation.id, { timeoutMs: 300_000 });
    if (status !== 'SUCCEEDED') throw new Error(`Provisioning ended ${status}: ${error}`);
    return made.tenant.id;
  };
  let root = await asRoot();
  const acme = { id: await makeTenant(root, 'acme'), slug: 'acme' };
  const tenant: number[] = [];
  for (let index = 0; index < tenants; index += 1) {
    if (index % signInEvery === 0) root = await asRoot();
    tenant.push(await timed(() => makeTenant(root, `tenant-${index}`)));
  }

  const arrivals = new Map<string, () => void>();
  const stopwatch = stopwatchPlugin((name) => arrivals.get(name)?.());
  stack.defer(await servePluginFor(await asRoot(), url, stopwatch));
  await onboarding.createUserWithPassword(acme, { ...person, email: 'ada@acme.test', roles: ['admin'] });
  const admin = withPlugins(await signIn(url, 'acme', 'ada@acme.test', password));
  await admin.activate('stopwatch');

  const change: number[] = [];
  const hook: number[] = [];
  for (let index = -warmUps; index < events; index += 1) {
    const name = `Role ${index + warmUps}`;
    const arrived = new Promise<void>((resolve) => arrivals.set(name, resolve));
    const input = { name, description: 'A role', permissions: ['users.read'] };
    const answered = timed(() => mutate(admin, 'createRole', input, 'role { id }'));
    const reached = timed(() => arrived);
    const [answeredMs, reachedMs] = await Promise.all([answered, reached]);
    if (index < 0) continue;
    change.push(answeredMs);
    hook.push(reachedMs);
  }
  return { tenant, change, hook };
};
