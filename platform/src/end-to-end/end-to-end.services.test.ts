import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from '@playwright/test';
import { freePort } from '@plexica/foundation';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMinioObjectStorage } from '../../../subgraphs/foundation/src/object-storage/minio-object-storage.ts';
import { type Client, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { readPluginBundle } from '../demo/plugin-bundle.ts';
import { publishBundle } from '../demo/publish-bundle.ts';
import { startPluginService } from '../plugin-service/plugin-service.ts';
import { chromiumOptions } from '../testing/chromium.ts';
import { type DistributedPlatform, startDistributedPlatform } from '../testing/distributed-platform.ts';
import { aPerson, goToSignIn, type Person, typeCredentials } from './a-person.ts';
import { realServices } from './real-services.ts';

const root = dirname(dirname(fileURLToPath(import.meta.resolve('@plexica/platform/package.json'))));
const password = 'a-long-password';
const slug = `e2e-${Math.random().toString(36).slice(2, 8)}`;
const patience = { timeout: 60_000, interval: 100 };

const variables = realServices(slug);
const keycloak = new URL(process.env.TEST_KEYCLOAK_URL ?? '').origin;
const stack = new AsyncDisposableStack();
let platform: DistributedPlatform;
let url = '';
let browser: Browser;
let rosa: Client;
let ada: Person;
let uma: Person;

const someone = async () => stack.use(await aPerson(browser, [url, keycloak]));
const adaOverApi = () => signIn(url, slug, 'ada@initech.test', password);
const textOf = ({ page }: Person, id: string) => page.getByTestId(id).first().textContent({ timeout: 1_000 });

beforeAll(async () => {
  platform = stack.use(await startDistributedPlatform({ variables }));
  url = platform.gateways[0] ?? '';
  browser = await chromium.launch(chromiumOptions);
  stack.defer(() => browser.close());
  await platform.run('create-admin', ['--email', 'rosa@plexica.test']);
  rosa = await signIn(url, 'plexica', 'rosa@plexica.test', 'plexica-demo');
});
afterAll(() => stack.disposeAsync());

// One path, walked once: each test starts where the one before arrived.
describe('a tenant on Keycloak, Kafka, Redis, MinIO and PostgreSQL, each part a process of its own', () => {
  it('is provisioned, and its first admin accepts the invitation and is in', async () => {
    const input = { slug, name: 'Initech', adminEmail: 'ada@initech.test', adminDisplayName: 'Ada Admin' };
    const made = await mutate<{ invitationUrl: string; operation: { id: string } }>(
      rosa,
      'createTenant',
      input,
      'invitationUrl operation { id }',
    );
    const status = async () =>
      (await rosa.query<{ operation: { status: string } }>(`{ operation(id: "${made.operation.id}") { status } }`)).data;
    await expect.poll(status, patience).toEqual({ operation: { status: 'SUCCEEDED' } });

    ada = await someone();
    const { page } = ada;
    await page.goto(made.invitationUrl);
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('Repeat it').fill(password);
    await page.getByRole('button', { name: 'Set password and sign in' }).click();

    await page.waitForURL(`${url}/`);
    await expect.poll(() => textOf(ada, 'tenant-name'), patience).toBe('Initech');
    const policy = (await fetch(url, { headers: { accept: 'text/html' } })).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(new RegExp(`connect-src 'self' [^;]*${keycloak}`));
    expect(policy).not.toContain('unsafe-eval');
  });

  it('installs and activates a published plugin, whose service is one more process', async () => {
    const bundle = await readPluginBundle(join(root, 'examples/analytics/dist'));
    await publishBundle(rosa, url, bundle);
    const port = await freePort();
    const place = { pluginId: bundle.id, version: bundle.version, url: `http://127.0.0.1:${port}` };
    const { credential } = await mutate<{ credential: string }>(rosa, 'registerPluginService', place, 'credential');
    const log = pino({ level: 'silent' });
    const service = await startPluginService({ id: bundle.id, entry: bundle.service, port, platformUrl: url, credential, log });
    stack.defer(() => service.stop());

    const { page } = ada;
    await page.getByRole('link', { name: 'Plugins', exact: true }).click();
    await page.getByRole('article', { name: 'Analytics' }).getByRole('button', { name: 'Install' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Install' }).click();
    const installed = page.getByRole('article', { name: 'Analytics' });
    await expect.poll(() => installed.getByTestId('status').textContent(), patience).toContain('Installed');
    await installed.getByRole('button', { name: 'Activate' }).click();

    await expect.poll(() => installed.getByTestId('status').textContent(), patience).toContain('Active');
  });

  it('counts a sign-in at Keycloak once, by a hook that came over Kafka', async () => {
    const admin = await adaOverApi();
    const user = { email: 'uma@initech.test', displayName: 'Uma User', password };
    await mutate(admin, 'createUser', user, 'user { id }');
    const counted = async () =>
      (await admin.query<{ tenant: { analytics: { signInsToday: number } } }>('{ tenant { analytics { signInsToday } } }')).data?.tenant
        .analytics.signInsToday;
    await expect.poll(counted, patience).toBe(1);

    uma = await someone();
    await goToSignIn(uma.page, url, slug);
    await typeCredentials(uma.page, 'uma@initech.test', password);
    await uma.page.getByRole('heading', { name: /Hello, Uma/ }).waitFor();

    await expect.poll(counted, patience).toBe(2);
    const deliveries = await admin.query('{ hookDeliveries(filter: { pluginId: "analytics" }) { edges { node { hook status } } } }');
    expect(deliveries.data).toMatchObject({
      hookDeliveries: { edges: expect.arrayContaining([{ node: { hook: 'user.signed-in', status: 'DELIVERED' } }]) },
    });
    expect(await passedOverKafka()).toBeGreaterThan(0);
  });

  it('shows the plugin’s widget, its files straight from the bucket at MinIO', async () => {
    await uma.page.reload();

    await expect.poll(() => textOf(uma, 'sign-ins-today').catch(() => ''), patience).toBe('2');
    const entry = uma.answers.findLast((answer) => /\/plugins\/analytics\/[^/]+\/.*remoteEntry\.js$/.test(answer.url()));
    const [, key = ''] = entry ? new URL(entry.url()).pathname.split('/plugins/') : [];
    const storage = createMinioObjectStorage(variables.STORAGE_URL ?? '');
    const kept = await storage.get('plugin-bundles', key);
    expect(Buffer.from(kept?.bytes ?? []).toString()).toBe((await entry?.body())?.toString());
  });

  it('hears of who failed at Keycloak’s page', async () => {
    const eve = await someone();
    await goToSignIn(eve.page, url, slug);
    await typeCredentials(eve.page, 'uma@initech.test', 'not-the-password');
    await eve.page.getByText('Invalid username or password.').first().waitFor();

    const admin = await adaOverApi();
    const failed = async () =>
      (await admin.query('{ auditLog(filter: { action: "session.refuse" }) { edges { node { action after } } } }')).data;
    await expect.poll(failed, patience).toEqual({
      auditLog: {
        edges: [{ node: { action: 'session.refuse', after: { username: 'uma@initech.test', reason: 'CREDENTIALS_INVALID' } } }],
      },
    });
  });

  it('did all that under the strict policy, asking nobody but the platform and its issuer', () => {
    expect([...ada.faults, ...uma.faults]).toEqual([]);
  });
});

/** How many events the hooks of this platform have taken from its topic. */
const passedOverKafka = async (): Promise<number> => {
  const brokers = [(process.env.TEST_KAFKA_URL ?? '').replace('kafka://', '')];
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topic = `${platform.installation}.events`;
    const [taken] = await admin.fetchOffsets({ groupId: `${platform.installation}.hooks`, topics: [topic] });
    return (taken?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  } finally {
    await admin.disconnect();
  }
};
