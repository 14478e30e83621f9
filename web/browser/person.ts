import { type Browser, expect, type Page } from '@playwright/test';

export const password = 'plexica-demo';
export const url = (path = '/'): string => `${process.env.PLEXICA_TEST_URL}${path}`;

/** What a page did that it must not: threw, broke its policy, missed a file, or asked another origin. */
export interface Watched {
  readonly page: Page;
  readonly faults: string[];
}

/** A person with a browser of their own. */
export const aPerson = async (browser: Browser): Promise<Watched> => {
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|violates|status of 404/.test(message.text())) faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== new URL(url()).origin) faults.push(`asked ${request.url()}`);
  });
  return { page, faults };
};

/** As a person does it: name the tenant, go to its issuer, type email and password, come back. */
export const signIn = async (page: Page, slug: string, email: string): Promise<void> => {
  await page.goto(url('/'));
  await page.getByLabel('Tenant').fill(slug);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel(/email/i).fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(page.getByRole('heading', { name: /Hello/ })).toBeVisible();
};
