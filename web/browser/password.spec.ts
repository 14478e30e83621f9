import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { aPerson, signIn } from './person.ts';

const folder = process.env.PLEXICA_TEST_MAIL ?? '';

/** The link in the newest mail to that address. */
const linkFor = async (email: string): Promise<string> => {
  const files = (await readdir(folder)).sort();
  const mails: { to: string; text: string }[] = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))),
  );
  return /http\S+/.exec(mails.findLast(({ to }) => to === email)?.text ?? '')?.[0] ?? '';
};

const choose = async (page: Page, password: string, repeated = password): Promise<void> => {
  await page.getByLabel(/New password|Nuova password/).fill(password);
  await page.getByLabel(/Repeat it|Ripetila/).fill(repeated);
  await page.getByRole('button', { name: /Set password and sign in|Imposta la password e accedi/ }).click();
};

const send = async (browser: Browser): Promise<string> => {
  const { page } = await aPerson(browser);
  await signIn(page, 'globex-inc', 'admin@globex-inc.test');
  await page.getByRole('link', { name: 'Users' }).first().click();
  await page.getByRole('button', { name: /Send new password.*Gus Guest/ }).click();
  await expect(page.getByText('is on its way to guest@globex-inc.test')).toBeVisible();
  return linkFor('guest@globex-inc.test');
};

test.describe('who lost their password', () => {
  test('is told whom to ask, chooses another by the link in the mail and is in; the link works once', async ({ browser }) => {
    const { page, faults } = await aPerson(browser);
    await page.goto(new URL('/t/globex-inc', process.env.PLEXICA_TEST_URL).href);
    await expect(page.getByText('Forgot your password? An admin can send you a link')).toBeVisible();
    const link = await send(browser);

    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'A new password' })).toBeVisible();
    await choose(page, 'too short');
    await expect(page.getByLabel('New password')).toBeFocused();
    await choose(page, 'long enough now', 'something else now');
    await expect(page.getByRole('alert')).toHaveText('The two are not the same.');
    await choose(page, 'a brand new password');
    await expect(page.getByTestId('tenant-name')).toHaveText('Globex Inc');
    await page.getByRole('button', { name: /Gus Guest/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByText('You are signed out.')).toBeVisible();

    await page.goto(link);
    await choose(page, 'another new password');
    await expect(page.getByRole('alert')).toHaveText(/This link has been used/);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel(/email/i).fill('guest@globex-inc.test');
    await page.getByLabel(/password/i).fill('a brand new password');
    await page.getByRole('button', { name: /sign in/i }).click();
    await expect(page.getByRole('heading', { name: /Hello/ })).toBeVisible();
    expect(faults).toEqual([]);
  });

  test('finds an older link dead, and reads so in Italian', async ({ browser }) => {
    const old = await send(browser);
    const newer = await send(browser);
    const page = await (await browser.newContext({ locale: 'it-IT' })).newPage();

    await page.goto(old);
    await choose(page, 'una password nuova');
    await expect(page.getByRole('alert')).toHaveText(/Questo link è già stato usato, è scaduto, o ce n’è uno più recente/);
    await page.goto(newer);
    await choose(page, 'una password nuova');
    await expect(page.getByTestId('tenant-name')).toHaveText('Globex Inc');
  });
});
