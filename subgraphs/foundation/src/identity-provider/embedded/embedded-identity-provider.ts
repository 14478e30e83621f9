import { DomainError } from '@plexica/plugin-kit';
import type { FastifyInstance } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Vault } from '../../keys/signing-keys.ts';
import { createClientOf } from '../../network/client-of.ts';
import type { SharedState } from '../../shared-state/shared-state.ts';
import type { IdentityProvider, SignInPolicy } from '../identity-provider.ts';
import { createLockOut } from '../lock-out.ts';
import { createAccounts } from './accounts.ts';
import { issuerNames } from './issuer-names.ts';
import type { RealmInfo } from './page/document.ts';
import { createPages } from './page/pages.ts';
import { defaultPasswordCost, type PasswordCost } from './password.ts';
import { createRealmProviders } from './realm-providers.ts';
import { createRealmStore } from './realm-store.ts';
import { forgetRecords, sweepRecords } from './record-adapter.ts';
import { registerIssuerRoutes } from './routes.ts';
import { issueTokens, openSession, rotateTokens } from './tokens.ts';

export interface EmbeddedIdentityProviderDeps {
  /** Public base URL of the platform; realms live below `<url>/realms/`. */
  readonly url: string;
  readonly database: Database;
  readonly vault: Vault;
  readonly state: SharedState;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly log: Logger;
  /** Asked late: the policy is made after the provider. */
  readonly policy: () => SignInPolicy;
  /** How a realm presents itself on its sign-in page. */
  readonly realmInfo?: (realm: string) => Promise<RealmInfo | undefined>;
  /** Origins of consoles beside the platform's own. */
  readonly consoles?: readonly string[];
  readonly passwordCost?: PasswordCost;
  /** Whose word counts about where a sign-in comes from. */
  readonly trustedProxies?: readonly string[];
}

/** An identity provider of our own, one OpenID issuer per realm, in this process. */
export interface EmbeddedIdentityProvider extends IdentityProvider {
  /** Serves `/realms/<realm>/...`: discovery, keys, authorization, token and sign-out endpoints, and the sign-in page. */
  register(fastify: FastifyInstance): Promise<void>;
}

export const createEmbeddedIdentityProvider = (deps: EmbeddedIdentityProviderDeps): EmbeddedIdentityProvider => {
  const { database, clock, log, policy, passwordCost: cost = defaultPasswordCost } = deps;
  const names = issuerNames(deps.url, deps.consoles);
  const pages = createPages(names, async (realm) => deps.realmInfo?.(realm));
  const lockOut = createLockOut({ database, clock });
  const accounts = createAccounts({ database, cost, lockOut });
  const realms = createRealmStore(deps);
  const providers = createRealmProviders({ database, accounts, names, pages, policy, realms });

  const providerOf = async (realm: string, missing: () => DomainError): Promise<Provider> => {
    const provider = await providers.of(realm);
    if (!provider) throw missing();
    return provider;
  };
  const begin = async (provider: Provider, subject: string) => {
    const session = await openSession(provider, names, subject);
    return issueTokens(provider, names, { subject, session });
  };

  return {
    endpoints: names.endpoints,
    hasRealm: realms.has,
    createRealm: realms.create,
    // Its page asks for the name each time.
    nameRealm: async () => {},
    async deleteRealm(realm) {
      await realms.delete(realm);
      await lockOut.forgetRealm(realm);
      providers.forget(realm);
    },
    putAccount: accounts.put,
    setPassword: accounts.setPassword,
    async deleteAccount(realm, subject) {
      await accounts.delete(realm, subject);
      await forgetRecords(database, realm, { subject });
    },
    async signIn(realm, { username, password }) {
      const provider = await providers.of(realm);
      if (!provider) return accounts.refuse(password);
      const { subject } = await accounts.prove(realm, username, password);
      await sweepRecords(database, realm, clock());
      return begin(provider, subject);
    },
    async refresh(realm, refreshToken) {
      const provider = await providerOf(realm, () => new DomainError('REFRESH_TOKEN_INVALID'));
      return rotateTokens(provider, names, refreshToken, async (subject) => (await accounts.enabled(realm, subject)) !== undefined);
    },
    endSession: (realm, session) => forgetRecords(database, realm, { session }),
    endSessions: (realm, subject) => forgetRecords(database, realm, { subject }),
    // Its page is served in this process and tells at once.
    watchSignIns: () => async () => {},
    register: (fastify) =>
      registerIssuerRoutes(fastify, {
        providers,
        pages,
        policy,
        log,
        state: deps.state,
        clientOf: createClientOf(deps.trustedProxies),
        async admit(provider, realm, email, password) {
          const { subject } = await accounts.prove(realm, email, password);
          await sweepRecords(database, realm, clock());
          const session = await openSession(provider, names, subject);
          try {
            await policy().admit(realm, subject, session);
          } catch (error) {
            await forgetRecords(database, realm, { session });
            throw error;
          }
          return { subject, session };
        },
      }),
  };
};
