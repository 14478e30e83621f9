export interface PluginTokensDeps {
  readonly session: { token(): Promise<string | undefined>; renew(): Promise<boolean> };
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly now?: () => number;
}

interface Known {
  /** Of the user's token that it was traded for: another user's is another's. */
  readonly of: string | undefined;
  readonly token: Promise<string>;
  endsAt: number;
}

const reserveMs = 10_000;

/** Trades the user's token for that of a plugin's components, which may do less; each until shortly before it ends. */
export const createPluginTokens = ({ session, fetch, now = Date.now }: PluginTokensDeps) => {
  const known = new Map<string, Known>();

  const send = async (plugin: string, token: string | undefined): Promise<Response> =>
    fetch('/_plexica/ui-token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ plugin }),
    });
  const trade = async (plugin: string, token: string | undefined) => {
    let response = await send(plugin, token);
    if (response.status === 401 && (await session.renew())) response = await send(plugin, await session.token());
    const answer = (await response.json()) as { token?: string; expiresIn?: number; errors?: { message: string }[] };
    if (!answer.token) throw new Error(answer.errors?.[0]?.message ?? `The token was refused with ${response.status}.`);
    return { token: answer.token, lifeMs: (answer.expiresIn ?? 0) * 1000 };
  };

  return async (plugin: string): Promise<string> => {
    const of = await session.token();
    const before = known.get(plugin);
    if (before && before.of === of && now() < before.endsAt) return before.token;
    const trading = trade(plugin, of);
    const entry: Known = { of, token: trading.then(({ token }) => token), endsAt: Number.POSITIVE_INFINITY };
    known.set(plugin, entry);
    trading.then(
      ({ lifeMs }) => {
        entry.endsAt = now() + lifeMs - reserveMs;
      },
      () => known.delete(plugin),
    );
    return entry.token;
  };
};
