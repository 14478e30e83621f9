import { type Configuration, errors, interactionPolicy, Provider } from 'oidc-provider';
import type { Database } from '../../database/database.ts';
import type { SignInPolicy } from '../identity-provider.ts';
import type { Accounts } from './accounts.ts';
import { consolePaths, type IssuerNames } from './issuer-names.ts';
import type { Pages } from './page/pages.ts';
import type { Realm } from './realm-store.ts';
import { createRecordAdapter } from './record-adapter.ts';
import { accessTokenSeconds, sessionSeconds } from './tokens.ts';

export interface RealmProviderDeps {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly names: IssuerNames;
  readonly pages: Pages;
  readonly policy: () => SignInPolicy;
}

const minutes = 60;

/** The OpenID provider of one realm: one public client, code with PKCE, rotating refresh tokens, JWT access tokens for the gateway. */
export const createRealmProvider = (realm: Realm, deps: RealmProviderDeps): Provider => {
  const { names, accounts, database, pages } = deps;
  const ended = async (session: string) => deps.policy().ended?.(realm.slug, session);
  const configuration: Configuration = {
    adapter: (model) => createRecordAdapter(model, { database, realm: realm.slug, clientId: names.clientId, ended }),
    jwks: { keys: [...realm.keys] as never },
    clients: [consoleClient(names)],
    clientBasedCORS: (_ctx, origin) => names.consoles.includes(origin),
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    pkce: { required: () => true },
    responseTypes: ['code'],
    cookies: {
      keys: [realm.cookieKey],
      names: { session: 'plexica_session', interaction: 'plexica_sign_in', resume: 'plexica_resume' },
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: names.path(realm.slug) },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 1 * minutes,
      IdToken: 60 * minutes,
      Interaction: 60 * minutes,
      Grant: sessionSeconds,
      Session: sessionSeconds,
      // A session that is only ever refreshed ends all the same.
      RefreshToken: (ctx) => ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL ?? sessionSeconds,
    },
    async findAccount(_ctx, subject) {
      const account = await accounts.enabled(realm.slug, subject);
      return account && { accountId: subject, claims: async () => ({ sub: subject, email: account.email, name: account.displayName }) };
    },
    extraTokenClaims: (_ctx, token) => ({ sid: (token as { grantId?: string }).grantId }),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => true,
    rotateRefreshToken: true,
    interactions: { policy: signInOnly(), url: (_ctx, { uid }) => `${names.path(realm.slug)}/sign-in/${uid}` },
    renderError: (ctx, { error }) => pages.problem(ctx, realm.slug, error),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx) => pages.signOut(ctx, realm.slug),
        postLogoutSuccessSource: (ctx) => pages.signedOut(ctx, realm.slug),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => names.resource,
        useGrantedResource: async () => true,
        async getResourceServerInfo(_ctx, resource) {
          if (resource !== names.resource) throw new errors.InvalidTarget();
          return names.resourceServer;
        },
      },
    },
  };
  const provider = new Provider(names.issuer(realm.slug), configuration);
  // Behind a proxy that ends TLS, cookies are still marked secure.
  provider.proxy = names.issuer(realm.slug).startsWith('https:');
  return provider;
};

const consoleClient = (names: IssuerNames) => ({
  client_id: names.clientId,
  client_name: 'Plexica',
  token_endpoint_auth_method: 'none' as const,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code' as const],
  redirect_uris: names.consoles.flatMap((origin) => consolePaths.signedIn.map((path) => origin + path)),
  post_logout_redirect_uris: names.consoles.flatMap((origin) => consolePaths.signedOut.map((path) => origin + path)),
});

// Our own console needs nobody's consent. A browser whose session was ended elsewhere signs in again instead of getting a new one silently.
const signInOnly = () => {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const { Check } = interactionPolicy;
  policy
    .get('login')
    ?.checks.add(
      new Check('session_ended', 'The session was ended', 'login_required', (ctx) =>
        ctx.oidc.session?.accountId && !ctx.oidc.entities.Grant?.jti ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
  return policy;
};
