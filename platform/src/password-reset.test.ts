import { describe, expect, it } from 'vitest';
import { startTestPlatform } from './testing/test-platform.ts';

const send = 'mutation ($input: SendPasswordResetInput!) { sendPasswordReset(input: $input) { user { email } userErrors { code } } }';
const use = `mutation ($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { session { user { email } } userErrors { code } } }`;

describe('a lost password', () => {
  it('is replaced by the link in a mail; an admin of another tenant can’t have it sent', async () => {
    await using platform = await startTestPlatform();
    const { acme, globex } = platform.tenants;
    const { data } = await acme.user.query<{ me: { id: string } }>('{ me { id } }');
    const input = { id: data?.me.id };

    expect((await globex.admin.query(send, { input })).data).toMatchObject({
      sendPasswordReset: { userErrors: [{ code: 'USER_NOT_FOUND' }] },
    });
    expect(await acme.user.query(send, { input })).toFailWith('FORBIDDEN');
    expect((await acme.admin.query(send, { input })).data).toMatchObject({
      sendPasswordReset: { user: { email: 'user@acme.test' }, userErrors: [] },
    });

    const [mail] = await platform.mailsTo('user@acme.test');
    const token = mail?.text.match(/token=(\S+)/)?.[1];
    const used = await platform.anonymous.query(use, { input: { token, password: 'a brand new password' } });
    expect(used.data).toEqual({ acceptInvitation: { session: { user: { email: 'user@acme.test' } }, userErrors: [] } });
    await expect.poll(() => acme.user.query('{ me { id } }')).toFailWith('UNAUTHENTICATED');
    await expect(platform.signIn('acme', 'user@acme.test')).rejects.toThrow();
    await expect(platform.signIn('globex', 'user@globex.test')).resolves.toBeTruthy();
  });
});
