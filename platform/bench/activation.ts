import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient, signIn } from '../src/client/client.ts';
import { mutate } from '../src/client/mutate.ts';
import { startServices } from '../src/services/index.ts';
import { startDistributedPlatform } from '../src/testing/distributed-platform.ts';
import { servePluginFor } from '../src/testing/serve-plugin-for.ts';
import { type TenantClient, withPlugins } from '../src/testing/tenant-client.ts';
import { widePlugin, widePluginId } from './wide-plugin.ts';

// `pnpm bench activation [activations] [plugins]`: from sending `activatePlugin` to the first right answer of the plugin's field at each of two gateways.
// Every part is a process of its own, with PostgreSQL and Redis; each activation leads to a set that no process has met before.
const activations = Number(process.argv[2] ?? 40);
const pluginsEach = Number(process.argv[3] ?? 30);
const password = 'plexica-demo';
const [slug, email] = ['acme', 'admin@acme.test'];
/** How finely Node's own monitor looks, which it counts as delay. */
const resolutionMs = 10;
const signInEvery = 20;

const folder = await mkdtemp('/var/tmp/plexica-bench-activation-');
await chmod(folder, 0o755);
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(folder, { recursive: true, force: true }));
const services = stack.use(await startServices(['postgres', 'redis'], { folder, ports: 'free' }));
process.env.TEST_DATABASE_URL = services.urlOf('postgres');
const { PUBSUB_URL = '', STATE_URL = '' } = await services.environment();
const platform = stack.use(await startDistributedPlatform({ variables: { PUBSUB_URL, STATE_URL, LOG_LEVEL: 'info' } }));
const [first = '', second = ''] = platform.gateways;

const untilTrue = async (holds: () => Promise<boolean>, withinMs = 30_000): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms.`);
    await pause(2);
  }
};
/** The longest that a gateway's event loop was held up since it was last asked. */
const longestBlock = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (.+)$/m.exec(text)?.[1]) * 1000 - resolutionMs;
};
const at = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
const ms = (value: number) => `${value.toFixed(0)} ms`;

await platform.run('create-admin', ['--email', 'root@plexica.test']);
const root = await signIn(first, 'plexica', 'root@plexica.test', password);
const made = await mutate<{ operation: { id: string }; invitationUrl: string }>(
  root,
  'createTenant',
  { slug, name: 'Acme', adminEmail: email, adminDisplayName: 'Ada' },
  'operation { id } invitationUrl',
);
await untilTrue(async () => {
  const { data } = await root.query<{ operation: { status: string } }>(`{ operation(id: "${made.operation.id}") { status } }`);
  return data?.operation.status === 'SUCCEEDED';
});
const token = new URL(made.invitationUrl).searchParams.get('token');
await mutate(createClient({ url: first, tenantSlug: slug }), 'acceptInvitation', { token, password }, 'session { expiresIn }');

let admins: readonly TenantClient[] = [];
const signInAgain = async () => {
  admins = (await Promise.all(platform.gateways.map((url) => signIn(url, slug, email, password)))).map(withPlugins);
};
const admin = (): TenantClient => admins[0] as TenantClient;

for (let index = 0; index < pluginsEach - 1 + activations; index += 1) {
  if (index % signInEvery === 0) await signInAgain();
  const again = await signIn(first, 'plexica', 'root@plexica.test', password);
  const stop = await servePluginFor(again, first, widePlugin(index));
  stack.defer(stop);
  await admin().install(widePluginId(index));
  if (index < pluginsEach - 1) await admin().activate(widePluginId(index));
}

interface Activation {
  readonly answeredMs: number;
  readonly everywhereMs: number;
  readonly blockMs: number;
}

const answers = async (client: Client, index: number): Promise<boolean> => {
  const { data } = await client.query<{ tenant: Record<string, unknown> }>(`{ tenant { slug ${widePluginId(index)} } }`);
  return data?.tenant[widePluginId(index)] === index;
};

const measure = async (index: number): Promise<Activation> => {
  await Promise.all(platform.gateways.map(longestBlock));
  const started = performance.now();
  await mutate(admin(), 'activatePlugin', { pluginId: widePluginId(index) }, 'installation { status }');
  const answeredMs = performance.now() - started;
  await Promise.all(admins.map((client) => untilTrue(() => answers(client, index))));
  const everywhereMs = performance.now() - started;
  const blocks = await Promise.all(platform.gateways.map(longestBlock));
  await admin().deactivate(widePluginId(index));
  await Promise.all(admins.map((client) => untilTrue(async () => !(await answers(client, index)))));
  return { answeredMs, everywhereMs, blockMs: Math.max(...blocks) };
};

const measured: Activation[] = [];
for (let turn = 0; turn < activations; turn += 1) {
  if (turn % signInEvery === 0) await signInAgain();
  measured.push(await measure(pluginsEach - 1 + turn));
}
const row = (what: string, pick: (one: Activation) => number) => {
  const values = measured.map(pick);
  return `| ${what} | ${ms(at(values, 0.5))} | ${ms(at(values, 0.95))} | ${ms(Math.max(...values))} |`;
};
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; ${activations} activations, each to another set of ${pluginsEach} plugins; ${platform.gateways.length} gateways, ${second ? 'six' : ''} processes on this machine.

| from sending \`activatePlugin\` | p50 | p95 | longest |
|---|---|---|---|
${row('to its answer', ({ answeredMs }) => answeredMs)}
${row('to the first right answer at both gateways', ({ everywhereMs }) => everywhereMs)}
${row('longest block of a gateway’s event loop meanwhile', ({ blockMs }) => blockMs)}`);
