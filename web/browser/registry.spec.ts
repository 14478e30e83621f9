import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { aPerson, password, signIn, url } from './person.ts';

interface Answers {
  readonly login: { readonly session: { readonly accessToken: string } };
  readonly createApiKey: { readonly secret: string };
  readonly publishPlugin: object;
}

const ask = async (token: string | undefined, query: string, variables: object): Promise<Answers> => {
  const response = await fetch(url('/graphql'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Answers; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};

/** A version that an author hands in with a publisher key. */
const handIn = async (version: string) => {
  const signingIn = { input: { tenantSlug: 'plexica', username: 'root@plexica.test', password } };
  const { login } = await ask(undefined, 'mutation ($input: LoginInput!) { login(input: $input) { session { accessToken } } }', signingIn);
  const key = { input: { name: `An author, ${version}`, permissions: ['plugins.publish'] } };
  const { createApiKey } = await ask(
    login.session.accessToken,
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    key,
  );
  const { secret } = createApiKey;
  const manifest = {
    ...{ id: 'hints', name: 'Hints', version, description: 'A hint a day.', scopes: ['users.read'] },
    migrations: [{ name: '0001-hint', sql: 'create table hint (id serial primary key, text text not null)' }],
  };
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { hintsCount: Int }`;
  const publish = 'mutation ($input: PublishPluginInput!) { publishPlugin(input: $input) { userErrors { message } } }';
  expect(await ask(secret, publish, { input: { manifest, sdl } })).toEqual({ publishPlugin: { userErrors: [] } });
  const submit = 'mutation ($input: SubmitPluginVersionInput!) { submitPluginVersion(input: $input) { userErrors { message } } }';
  await ask(secret, submit, { input: { pluginId: 'hints', version } });
};

test('a platform admin reads what a publisher handed in, sends one version back and publishes another', async ({ browser }) => {
  await handIn('1.0.0');
  await handIn('1.1.0');
  const { page, faults } = await aPerson(browser);
  await signIn(page, 'plexica', 'root@plexica.test');
  await page.getByRole('navigation').getByRole('link', { name: 'Plugin registry' }).click();
  const card = (version: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: `Hints ${version}` }) });
  await expect(card('1.1.0')).toContainText('users.read');
  await card('1.1.0').getByText('Migration 0001-hint').click();
  await expect(card('1.1.0')).toContainText('create table hint');
  await card('1.1.0')
    .getByText(/What it changes of the schema/)
    .click();
  await expect(card('1.1.0')).toContainText('Query.hintsCount: hintsCount: Int');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  }

  await card('1.0.0')
    .getByRole('button', { name: /Reject/ })
    .click();
  await page.getByLabel('What its author should change').fill('Say more.');
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
  await expect(page.getByText('Hints 1.0.0 was sent back.')).toBeVisible();
  await expect(card('1.0.0')).toHaveCount(0);
  await card('1.1.0')
    .getByRole('button', { name: /Approve/ })
    .click();
  await expect(page.getByText('Hints 1.1.0 is published.')).toBeVisible();
  await expect(page.getByText('No version waits for a review.')).toBeVisible();
  const hints = page.getByRole('listitem').filter({ hasText: 'Hints 1.1.0' });
  await expect(hints).toContainText('installed by no tenant');
  await expect(hints).toContainText('Published');
  await hints.getByRole('button', { name: /Deprecate/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deprecate' }).click();
  await expect(hints).toContainText('Deprecated');
  await expect(hints.getByRole('button')).toHaveCount(0);
  expect(faults).toEqual([]);
});
