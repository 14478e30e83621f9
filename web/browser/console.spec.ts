import { expect, test } from '@playwright/test';
import { aPerson, password, signIn, url } from './person.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

test.describe('signing in', () => {
  test('goes to the tenant’s own issuer and comes back to the dashboard, under the strict policy', async ({ browser }) => {
    const { page, faults } = await aPerson(browser);
    await signIn(page, 'demo-company', 'admin@demo-company.test');
    await expect(page.getByTestId('tenant-name')).toHaveText('Demo Company');
    await expect(page.getByRole('region', { name: 'Sign-ins' }).getByTestId('sign-ins-today')).toHaveText(/^[1-9]\d*$/);
    expect(faults).toEqual([]);
  });

  test('refuses a wrong password in words, and an unknown tenant', async ({ browser }) => {
    const { page } = await aPerson(browser);
    await page.goto(url('/'));
    await page.getByLabel('Tenant').fill('nobody-here');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('alert')).toContainText('no such tenant');
    await page.getByLabel('Tenant').fill('globex-inc');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel(/email/i).fill('user@globex-inc.test');
    await page.getByLabel(/password/i).fill('not-the-password');
    await page.getByRole('button', { name: /sign in/i }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel(/email/i)).toHaveValue('user@globex-inc.test');
  });

  test('survives a reload without asking again, and ends with signing out', async ({ browser }) => {
    const { page } = await aPerson(browser);
    await signIn(page, 'globex-inc', 'user@globex-inc.test');
    await page.reload();
    await expect(page.getByRole('heading', { name: /Hello/ })).toBeVisible();
    await page.getByRole('button', { name: 'Uma User' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
    await page.goto(url('/users'));
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  });
});

test.describe('a tenant that runs registered operations alone', () => {
  test('shuts out none of the console’s users, nor the components of its plugins', async ({ browser, request }) => {
    const ask = async (query: string, variables: object, token?: string) => {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      return (await request.post(url('/graphql'), { data: { query, variables }, headers })).json();
    };
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { session { accessToken } } }';
    const signedIn = await ask(login, { input: { tenantSlug: 'demo-company', username: 'admin@demo-company.test', password } });
    const token = signedIn.data.login.session.accessToken;
    const only = async (registeredOperationsOnly: boolean) => {
      const { data } = await ask('{ tenant { version } }', {}, token);
      const change = 'mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { userErrors { code } } }';
      const answer = await ask(change, { input: { registeredOperationsOnly, version: data.tenant.version } }, token);
      expect(answer).toEqual({ data: { updateTenantSettings: { userErrors: [] } } });
    };
    await only(true);
    try {
      const { page, faults } = await aPerson(browser);
      const refused: string[] = [];
      page.on('response', (response) => response.status() === 403 && refused.push(response.url()));
      await signIn(page, 'demo-company', 'user@demo-company.test');
      await expect(page.getByRole('region', { name: 'Sign-ins' }).getByTestId('sign-ins-today')).toHaveText(/^[1-9]\d*$/);
      await page.getByRole('link', { name: 'Users' }).first().click();
      await expect(page.getByText('guest@demo-company.test')).toBeVisible();
      expect([...refused, ...faults]).toEqual([]);
    } finally {
      await only(false);
    }
  });
});

test.describe('the users of a tenant', () => {
  test('are listed, found and created by who may', async ({ browser }) => {
    const { page } = await aPerson(browser);
    await signIn(page, 'globex-inc', 'admin@globex-inc.test');
    await page.getByRole('link', { name: 'Users' }).first().click();
    await expect(page.getByText('guest@globex-inc.test')).toBeVisible();
    await page.getByRole('button', { name: 'New user' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Nora New');
    await form.getByLabel('Email').fill('nora@globex-inc.test');
    await form.getByLabel('First password').fill('a-long-password');
    await form.getByRole('button', { name: 'Create user' }).click();
    await expect(page.getByText('nora@globex-inc.test')).toBeVisible();
    await page.getByRole('searchbox').fill('nora');
    await expect(page.getByText('guest@globex-inc.test')).toBeHidden();
  });

  test('are shown to a guest without the controls', async ({ browser }) => {
    const { page } = await aPerson(browser);
    await signIn(page, 'globex-inc', 'guest@globex-inc.test');
    await page.goto(url('/users'));
    await expect(page.getByText('admin@globex-inc.test')).toBeVisible();
    await expect(page.getByRole('button', { name: 'New user' })).toBeHidden();
  });
});

test.describe('a plugin', () => {
  test('that one admin activates shows its widget in another open browser without a reload, and goes again', async ({ browser }) => {
    const admin = await aPerson(browser);
    const member = await aPerson(browser);
    await signIn(member.page, 'acme-corp', 'user@acme-corp.test');
    await expect(member.page.getByText('Active plugins show their widgets here.')).toBeVisible();
    await signIn(admin.page, 'acme-corp', 'admin@acme-corp.test');
    await admin.page.getByRole('link', { name: 'Plugins', exact: true }).click();
    await admin.page.getByRole('article', { name: 'Analytics' }).getByRole('button', { name: 'Install' }).click();
    const form = admin.page.getByRole('dialog');
    await form.getByLabel('Retention in days').fill('500');
    await form.getByRole('button', { name: 'Install' }).click();
    await expect(form.getByText(/365/)).toBeVisible();
    await form.getByLabel('Retention in days').fill('30');
    await form.getByRole('button', { name: 'Install' }).click();

    const installed = admin.page.getByRole('article', { name: 'Analytics' });
    await expect(installed.getByTestId('status')).toHaveText('Installed');
    await installed.getByRole('button', { name: 'Activate' }).click();
    await expect(installed.getByTestId('status')).toHaveText('Active');
    await expect(member.page.getByRole('region', { name: 'Sign-ins' }).getByRole('img')).toBeVisible();

    await installed.getByRole('button', { name: 'Configure' }).click();
    await admin.page.getByLabel('Retention in days').fill('7');
    await admin.page.getByRole('button', { name: 'Save configuration' }).click();
    await expect(admin.page.getByText('The configuration was saved.')).toBeVisible();
    await admin.page.keyboard.press('Escape');

    await installed.getByRole('button', { name: 'Deactivate' }).click();
    await expect(installed.getByTestId('status')).toHaveText('Deactivated');
    await expect(member.page.getByRole('region', { name: 'Sign-ins' })).toBeHidden();

    await installed.getByRole('button', { name: 'Uninstall' }).click();
    const last = admin.page.getByRole('dialog');
    await last.getByLabel('Plugin id').fill('analytic');
    await expect(last.getByRole('button', { name: 'Uninstall' })).toBeDisabled();
    await last.getByLabel('Plugin id').fill('analytics');
    await last.getByRole('button', { name: 'Uninstall' }).click();
    await expect(installed.getByTestId('status')).toBeHidden();
    await expect(installed.getByRole('button', { name: 'Install' })).toBeVisible();
    expect([...admin.faults, ...member.faults]).toEqual([]);
  });

  test.describe('whose UI', () => {
    for (const [what, body, words] of [
      ['is missing', { status: 404, body: '' }, 'are not there'],
      ['throws', { status: 200, contentType: 'text/javascript', body: 'throw new Error("boom")' }, 'failed'],
      ['never settles', { status: 200, contentType: 'text/javascript', body: 'await new Promise(() => {})' }, 'takes too long'],
    ] as const) {
      test(`${what} leaves the shell whole and says so`, async ({ browser }) => {
        const { page } = await aPerson(browser);
        await page.route('**/plugins/analytics/**/remoteEntry.js', (route) => route.fulfill(body));
        await signIn(page, 'demo-company', 'admin@demo-company.test');
        await expect(page.getByRole('region', { name: 'Sign-ins' }).getByRole('alert')).toContainText(words, { timeout: 20_000 });
        await page.getByRole('link', { name: 'Users' }).first().click();
        await expect(page.getByText('guest@demo-company.test')).toBeVisible();
      });
    }

    test('wants another Vue is not loaded and says so', async ({ browser }) => {
      const { page } = await aPerson(browser);
      const asked: string[] = [];
      page.on('request', (request) => request.url().endsWith('/remoteEntry.js') && asked.push(request.url()));
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(/"vue":"[^"]*"/g, '"vue":"^4.0.0"') });
      });
      await signIn(page, 'demo-company', 'admin@demo-company.test');
      await expect(page.getByRole('region', { name: 'Sign-ins' }).getByRole('alert')).toContainText('another version of Vue');
      expect(asked).toEqual([]);
    });
  });
});

test.describe('the platform admin', () => {
  test('creates a tenant step by step, and its first admin sets a password and is in', async ({ browser }) => {
    const { page, faults } = await aPerson(browser);
    await signIn(page, 'plexica', 'root@plexica.test');
    await page.getByRole('link', { name: 'Tenants' }).first().click();
    await expect(page.getByText('testcorp')).toBeVisible();
    await page.getByRole('link', { name: 'New tenant' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Initech Sp. z o.o.');
    await expect(page.getByLabel('Slug')).toHaveValue('initech-sp-z-o-o');
    await page.getByLabel('Slug').fill('initech');
    await page.getByLabel('Email of the first admin').fill('boss@initech.test');
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await expect(page.getByText('Initech Sp. z o.o. is ready.')).toBeVisible();
    const invitation = await page.getByTestId('invitation-url').inputValue();

    const boss = await aPerson(browser);
    await boss.page.goto(invitation);
    await boss.page.getByLabel('New password').fill('a-long-password');
    await boss.page.getByLabel('Repeat it').fill('a-long-password');
    await boss.page.getByRole('button', { name: 'Set password and sign in' }).click();
    await expect(boss.page.getByTestId('tenant-name')).toHaveText('Initech Sp. z o.o.');
    expect(faults).toEqual([]);
  });

  test('suspends a tenant and opens it again', async ({ browser }) => {
    const { page } = await aPerson(browser);
    await signIn(page, 'plexica', 'root@plexica.test');
    await page.goto(url('/tenants'));
    const row = page.getByRole('listitem').filter({ hasText: 'globex-inc' });
    await row.getByRole('button', { name: /Suspend/ }).click();
    await page.getByLabel('Reason').fill('a test');
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await expect(row.getByText('Suspended')).toBeVisible();
    await row.getByRole('button', { name: /Reactivate/ }).click();
    await expect(row.getByText('Active', { exact: true })).toBeVisible();
  });

  test('closes a tenant and restores it, then deletes it for good: typed to confirm, step by step', async ({ browser }) => {
    const { page, faults } = await aPerson(browser);
    await signIn(page, 'plexica', 'root@plexica.test');
    await page.goto(url('/tenants/new'));
    await page.getByLabel('Name', { exact: true }).fill('Hooli');
    await page.getByLabel('Email of the first admin').fill('gavin@hooli.test');
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await expect(page.getByText('Hooli is ready.')).toBeVisible();
    await page.getByRole('link', { name: 'Back to the tenants' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'hooli' });
    const form = page.getByRole('dialog');
    const signInAt = async () => {
      const { data } = await (
        await page.request.post(url('/graphql'), { data: { query: '{ tenantSignIn(slug: "hooli") { slug } }' } })
      ).json();
      return data.tenantSignIn?.slug;
    };
    expect(await signInAt()).toBe('hooli');

    await row.getByRole('button', { name: /Delete/ }).click();
    await form.getByLabel('Type hooli to confirm').fill('hool');
    await expect(form.getByRole('button', { name: 'Delete', exact: true })).toBeDisabled();
    await form.getByLabel('Type hooli to confirm').fill('hooli');
    await form.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(row.getByText('Closed', { exact: true })).toBeVisible();
    await expect(row.getByText(/Everything is kept until .+/)).toBeVisible();
    expect(await signInAt()).toBeUndefined();
    await row.getByRole('button', { name: /Restore/ }).click();
    await expect(row.getByText('Active', { exact: true })).toBeVisible();
    expect(await signInAt()).toBe('hooli');

    await row.getByRole('button', { name: /Delete/ }).click();
    await form.getByRole('radio', { name: 'Delete it for good' }).click();
    await form.getByLabel('Type hooli to confirm').fill('hooli');
    await form.getByRole('button', { name: 'Delete for good' }).click();
    await expect(page.getByText('Hooli is gone for good.')).toBeVisible();
    await expect(row).toBeHidden();
    await page.getByRole('searchbox').fill('hooli');
    await expect(page.getByText('No tenant matches.')).toBeVisible();
    expect(faults).toEqual([]);
  });

  test('is told why a tenant is not deleted, and sees what another admin made of it', async ({ browser }) => {
    const [{ page }, other] = [await aPerson(browser), await aPerson(browser)];
    for (const person of [{ page }, other]) {
      await signIn(person.page, 'plexica', 'root@plexica.test');
      await person.page.goto(url('/tenants'));
    }
    const row = page.getByRole('listitem').filter({ hasText: 'testcorp' });
    await row.getByRole('button', { name: /Delete/ }).click();
    await page.getByLabel('Type testcorp to confirm').fill('testcorp');
    await other.page
      .getByRole('listitem')
      .filter({ hasText: 'testcorp' })
      .getByRole('button', { name: /Reactivate/ })
      .click();
    await expect(other.page.getByRole('listitem').filter({ hasText: 'testcorp' }).getByText('Active', { exact: true })).toBeVisible();

    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();

    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('changed');
    await page.keyboard.press('Escape');
    await expect(row.getByText('Active', { exact: true })).toBeVisible();
  });
});

test.describe('a tenant with a logo', () => {
  test('shows it beside its name, under the strict policy; one that can’t be had leaves the name', async ({ browser }) => {
    const ask = async (query: string, variables: object, headers: Record<string, string> = {}) =>
      (await page.request.post(url('/graphql'), { data: { query, variables }, headers })).json();
    const { page, faults } = await aPerson(browser);
    const input = { tenantSlug: 'acme-corp', username: 'admin@acme-corp.test', password };
    const login = await ask('mutation ($input: LoginInput!) { login(input: $input) { session { accessToken } } }', { input });
    const authorization = `Bearer ${login.data.login.session.accessToken}`;
    const multipart = { file: { name: 'logo.png', mimeType: 'image/png', buffer: png } };
    const upload = await (
      await page.request.post(url('/uploads'), { headers: { authorization, 'x-tenant-slug': 'acme-corp' }, multipart })
    ).json();
    const { data } = await ask('{ tenant { version } }', {}, { authorization });
    const document = 'mutation ($input: UploadBrandingAssetInput!) { uploadBrandingAsset(input: $input) { userErrors { code } } }';
    const kept = await ask(document, { input: { uploadId: upload.id, version: data.tenant.version } }, { authorization });
    expect(kept).toEqual({ data: { uploadBrandingAsset: { userErrors: [] } } });

    await signIn(page, 'acme-corp', 'user@acme-corp.test');

    const logo = page.getByTestId('tenant-logo');
    await expect(logo).toBeVisible();
    expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    expect(faults).toEqual([]);
    await page.route('**/branding/**', (route) => route.fulfill({ status: 503 }));
    await page.reload();
    await expect(page.getByTestId('tenant-name')).toHaveText('ACME Corporation');
    await expect(logo).toBeHidden();
  });
});

test('GET /graphql is an explorer of the caller’s own supergraph', async ({ browser }) => {
  const { page, faults } = await aPerson(browser);
  await page.goto(url('/graphql'));
  await page.getByLabel('Tenant').fill('demo-company');
  await page.getByLabel('Email').fill('user@demo-company.test');
  await page.getByLabel('Password').fill('plexica-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Signed in.')).toBeVisible();
  await page.getByRole('button', { name: /Execute query/ }).click();
  await expect(page.getByText('Demo Company')).toBeVisible();
  expect(faults).toEqual([]);
});
