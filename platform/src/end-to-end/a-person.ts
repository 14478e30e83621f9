import type { Browser, Page, Response } from '@playwright/test';

/** Somebody with a browser of their own, and what the pages did in it. */
export interface Person extends AsyncDisposable {
  readonly page: Page;
  /** What a page did that it must not: threw, broke its policy, or asked an origin that is not its business. */
  readonly faults: readonly string[];
  /** What was answered to the page so far. */
  readonly answers: readonly Response[];
}

export const aPerson = async (browser: Browser, origins: readonly string[]): Promise<Person> => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  const answers: Response[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|violates/.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !origins.includes(origin)) faults.push(`asked ${request.url()}`);
  });
  page.on('response', (response) => answers.push(response));
  return { page, faults, answers, [Symbol.asyncDispose]: () => context.close() };
};

/** From the console's own page to Keycloak's. */
export const goToSignIn = async (page: Page, url: string, slug: string): Promise<void> => {
  await page.goto(url);
  await page.getByLabel('Tenant').fill(slug);
  await page.getByRole('button', { name: 'Continue' }).click();
};

/** At Keycloak's page. */
export const typeCredentials = async (page: Page, username: string, password: string): Promise<void> => {
  await page.locator('input[name="username"]').fill(username);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('#kc-login').click();
};
