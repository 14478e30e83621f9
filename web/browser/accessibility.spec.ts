import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { aPerson, signIn, url } from './person.ts';

const violations = async (page: Page) => {
  const { violations: found } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
};

for (const scheme of ['light', 'dark'] as const) {
  test(`every page is without axe violations, at 360 px, in ${scheme}`, async ({ browser }) => {
    const { page } = await aPerson(browser);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(url('/sign-in'));
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await signIn(page, 'demo-company', 'admin@demo-company.test');
    await expect(page.getByRole('region', { name: 'Sign-ins' }).getByRole('img')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    for (const [link, heading] of [
      ['Users', 'Users'],
      ['Plugins', 'Plugins'],
    ] as const) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('navigation').getByRole('link', { name: link }).click();
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
      await expect(page.getByText(link === 'Users' ? 'guest@demo-company.test' : 'Analytics').first()).toBeVisible();
      expect(await violations(page), link).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${link} fits`).toBe(true);
    }
  });

  test(`the platform admin’s tenants are without axe violations, at 360 px, in ${scheme}`, async ({ browser }) => {
    const { page } = await aPerson(browser);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    await signIn(page, 'plexica', 'root@plexica.test');
    await page.goto(url('/tenants'));
    await expect(page.getByText('testcorp')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'testcorp' })
      .getByRole('button', { name: /Delete/ })
      .click();
    await expect(page.getByLabel('Type testcorp to confirm')).toBeVisible();
    expect(await violations(page), 'the dialog').toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });
}
