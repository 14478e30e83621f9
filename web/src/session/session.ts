import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { computed, shallowRef } from 'vue';

/** Where one signs in to a realm. */
export interface Realm {
  readonly slug: string;
  readonly issuer: string;
  readonly clientId: string;
}

interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  /** Seconds. */
  readonly expires_in?: number;
}

/** A session as the API opens it. */
export interface ApiSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** How a session that the issuer's page did not open goes on, and ends. */
export interface ApiSessionLife {
  refresh(refreshToken: string): Promise<ApiSession>;
  end(): Promise<unknown>;
}

// Which realm to go back to after a reload; never a token.
const remembered = 'plexica.realm';
const triedSilently = 'plexica.tried-silently';

const createSession = () => {
  const realm = shallowRef<Realm>();
  const user = shallowRef<Tokens | null>(null);
  let manager: UserManager | undefined;
  let refreshing: Promise<Tokens | null> | undefined;
  let adopted: { refresh(): Promise<Tokens>; end(): Promise<unknown> } | undefined;

  const use = (chosen: Realm): UserManager => {
    if (manager && realm.value?.slug === chosen.slug) return manager;
    realm.value = chosen;
    sessionStorage.setItem(remembered, JSON.stringify(chosen));
    manager = new UserManager({
      authority: chosen.issuer,
      client_id: chosen.clientId,
      redirect_uri: `${location.origin}/signed-in`,
      post_logout_redirect_uri: `${location.origin}/signed-out`,
      scope: 'openid',
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
      automaticSilentRenew: false,
      loadUserInfo: false,
    });
    return manager;
  };
  const recall = (): UserManager | undefined => {
    const text = sessionStorage.getItem(remembered);
    return manager ?? (text ? use(JSON.parse(text) as Realm) : undefined);
  };
  const forget = () => {
    user.value = null;
    adopted = undefined;
    sessionStorage.removeItem(remembered);
  };

  /** One refresh in flight, shared: rotating refresh tokens allow no second one. */
  const refresh = (): Promise<Tokens | null> => {
    const ask = async (): Promise<Tokens | null> => (adopted ? adopted.refresh() : ((await recall()?.signinSilent()) ?? null));
    refreshing ??= ask()
      .catch(() => null)
      .then((fresh) => {
        user.value = fresh;
        return fresh;
      })
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  const take = ({ accessToken, refreshToken, expiresIn }: ApiSession, life: ApiSessionLife): Tokens => {
    adopted = { refresh: async () => take(await life.refresh(refreshToken), life), end: life.end };
    const endsAt = Date.now() + expiresIn * 1000;
    return {
      access_token: accessToken,
      get expires_in() {
        return (endsAt - Date.now()) / 1000;
      },
    };
  };

  return {
    realm: computed(() => realm.value),
    isSignedIn: computed(() => user.value !== null),
    signIn: (chosen: Realm, to: string) => use(chosen).signinRedirect({ state: to }),
    /** Goes on with a session that the API opened, as for who has just chosen a password. After a reload the issuer asks for it. */
    adopt(chosen: Realm, opened: ApiSession, life: ApiSessionLife): void {
      use(chosen);
      user.value = take(opened, life);
    },
    /** Back from the issuer; answers where one was. Fails when the issuer refused. */
    async finish(): Promise<string> {
      const signedIn = await recall()?.signinRedirectCallback();
      if (!signedIn) throw new Error('There was no sign-in under way.');
      adopted = undefined;
      user.value = signedIn;
      sessionStorage.removeItem(triedSilently);
      return typeof signedIn.state === 'string' ? signedIn.state : '/';
    },
    /** After a reload the tokens are gone; the issuer may still know who this is. Tried once, without a question. */
    async restore(to: string): Promise<boolean> {
      if (user.value) return true;
      const known = recall();
      if (!known || sessionStorage.getItem(triedSilently)) return false;
      sessionStorage.setItem(triedSilently, '1');
      await known.signinRedirect({ prompt: 'none', state: to });
      return new Promise(() => {});
    },
    /** A token that still lives a while, refreshed where needed; undefined when the session is over. */
    async token(): Promise<string | undefined> {
      if (!user.value) return undefined;
      const current = (user.value.expires_in ?? 0) > 20 ? user.value : await refresh();
      return current?.access_token;
    },
    /** The server refused the token: one refresh, else the session is over. */
    async renew(): Promise<boolean> {
      return (await refresh()) !== null;
    },
    expire: forget,
    async signOut(): Promise<void> {
      if (adopted) {
        await adopted.end().catch(() => {});
        forget();
        return location.assign('/signed-out');
      }
      const leaving = recall();
      const idToken = user.value?.id_token;
      forget();
      await leaving?.signoutRedirect({ id_token_hint: idToken });
    },
  };
};

/** Who is signed in, in this tab. Tokens live in memory alone. */
export const session = createSession();
