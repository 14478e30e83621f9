import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../client/client.ts';
import { eraseTenant, outages, type PlatformToHurt, startPlatformToHurt, until } from '../testing/platform-to-hurt.ts';

let at: PlatformToHurt;
beforeAll(async () => {
  at = await startPlatformToHurt(['keycloak']);
  await whole();
}, 400_000);
afterEach(async () => {
  await at.services.resume('keycloak').catch(() => at.services.start('keycloak'));
});
afterAll(() => at?.[Symbol.asyncDispose]());

const whole = () => until(at.readiness, ({ status }) => status === 'ready', 90_000);
const password = 'plexica-demo';
const me = { query: '{ me { email } tenant { name } }' };
const fine = { status: 200, codes: [] };
const login = `mutation { login(input: { tenantSlug: "acme", username: "admin@acme.test", password: "${password}" }) {
  session { expiresIn } userErrors { code } } }`;

describe.each(outages)('Keycloak that $name in the middle of provisioning', ({ name: how, begin, end }) => {
  it('is waited for: what was accepted ends ACTIVE, what fails or is erased leaves nothing, users go on, who signs in is told', async () => {
    const { operations, identity } = at.platform.core.foundation;
    const { onboarding } = at.platform.core;
    const token = (await at.admin()).token();
    expect(await at.ask(token, me)).toMatchObject(fine);
    const [good, bad, gone] = ['good', 'bad', 'gone'].map((word) => `${word}-${how.replaceAll(' ', '-')}`) as [string, string, string];
    const root = await at.root();
    expect((await operations.settled(await at.createTenant(gone))).status).toBe('SUCCEEDED');
    const accepted = await at.createTenant(good);
    const failing = await at.createTenant(bad, ['no-such-plugin']);
    const realmOf = async (id: string) => (await operations.get(id))?.steps.find(({ name }) => name === 'realm')?.status;
    await until(
      () => realmOf(accepted),
      (status) => status === 'RUNNING',
      20_000,
    );

    await begin(at.services, 'keycloak');

    expect(await realmOf(accepted)).toBe('RUNNING');
    expect(await until(at.readiness, ({ down }) => down.length > 0, 20_000)).toEqual({ code: 200, status: 'degraded', down: ['keycloak'] });
    expect(await at.ask(token, me)).toMatchObject(fine);
    expect(await at.ask(undefined, { query: login })).toMatchObject({ status: 503, codes: ['SERVICE_UNAVAILABLE'] });
    expect(await realmOf(accepted)).toBe('RUNNING');
    const erasing = await eraseTenant(root, gone);
    await end(at.services, 'keycloak');
    const { status, tenantId } = await operations.settled(accepted, { timeoutMs: 120_000 });
    expect(status).toBe('SUCCEEDED');
    expect((await operations.settled(failing, { timeoutMs: 120_000 })).status).toBe('COMPENSATED');
    expect((await operations.settled(erasing, { timeoutMs: 120_000 })).status).toBe('SUCCEEDED');
    expect(await Promise.all([good, bad, gone].map((slug) => identity.hasRealm(slug)))).toEqual([true, false, false]);
    await whole();
    await at.admin();
    const person = { email: `ada@${good}.test`, displayName: 'Ada', password, roles: ['admin'] };
    await onboarding.createUserWithPassword({ id: tenantId, slug: good }, person);
    await signIn(at.url, good, person.email, password);
  }, 400_000);
});
