import { describe, expect, it } from 'vitest';
import { createPluginTokens } from './create-plugin-tokens.ts';

/** A gateway that makes tokens of a minute, for whoever bears one of these. */
const aTrade = (accepted: readonly string[]) => {
  const state = { user: 'ada', now: 0, traded: [] as string[] };
  const tokens = createPluginTokens({
    session: {
      token: async () => state.user,
      renew: async () => {
        state.user = 'ada anew';
        return true;
      },
    },
    now: () => state.now,
    async fetch(_, { headers, body }) {
      const user = new Headers(headers).get('authorization')?.replace('Bearer ', '') ?? '';
      const { plugin } = JSON.parse(String(body)) as { plugin: string };
      state.traded.push(`${plugin} for ${user}`);
      if (!accepted.includes(user)) return Response.json({ errors: [{ message: 'Sign in.' }] }, { status: 401 });
      return Response.json({ token: `${plugin} of ${user}, ${state.traded.length}`, expiresIn: 60 });
    },
  });
  return { state, tokens };
};

describe('the token of a plugin’s components', () => {
  it('is traded once for all that ask at once, and again before it ends', async () => {
    const { state, tokens } = aTrade(['ada']);
    expect(await Promise.all([tokens('crm'), tokens('crm'), tokens('chart')])).toEqual([
      'crm of ada, 1',
      'crm of ada, 1',
      'chart of ada, 2',
    ]);
    state.now = 49_999;
    expect(await tokens('crm')).toBe('crm of ada, 1');
    state.now = 50_000;
    expect(await tokens('crm')).toBe('crm of ada, 3');
  });

  it('is never that of who was signed in before', async () => {
    const { state, tokens } = aTrade(['ada', 'bob']);
    await tokens('crm');
    state.user = 'bob';
    expect(await tokens('crm')).toBe('crm of bob, 2');
  });

  it('takes a renewed session where the user’s token was refused, once', async () => {
    const renewed = aTrade(['ada anew']);
    expect(await renewed.tokens('crm')).toBe('crm of ada anew, 2');
    const over = aTrade([]);
    await expect(over.tokens('crm')).rejects.toThrow('Sign in.');
    expect(over.state.traded).toEqual(['crm for ada', 'crm for ada anew']);
  });
});
