import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js';
import { platformRealm } from '@plexica/schema';
import { audience, consoleClient, loginClient, realmName } from './keycloak-address.ts';
import { eventTypes } from './logged-event.ts';

interface RealmOptions {
  /** What its page calls the tenant. */
  readonly name: string;
  /** Secret of the client for password sign-in. */
  readonly loginSecret: string;
  /** Public URL of the platform, where the console is. */
  readonly platformUrl: string;
}

/** A realm with all that it needs, to be created in one call: many small ones take far longer. */
export const realmRepresentation = (realm: string, { name: displayName, loginSecret, platformUrl }: RealmOptions): RealmRepresentation => ({
  realm: realmName(realm),
  displayName,
  enabled: true,
  // Plain HTTP is for loopback alone; what is public stands behind TLS.
  sslRequired: platformUrl.startsWith('https:') ? 'external' : 'none',
  loginWithEmailAllowed: true,
  registrationEmailAsUsername: true,
  editUsernameAllowed: true,
  resetPasswordAllowed: false,
  accessTokenLifespan: 300,
  ssoSessionIdleTimeout: 30 * 24 * 3600,
  ssoSessionMaxLifespan: 30 * 24 * 3600,
  revokeRefreshToken: true,
  refreshTokenMaxReuse: 0,
  bruteForceProtected: true,
  failureFactor: 5,
  waitIncrementSeconds: 5,
  maxFailureWaitSeconds: 300,
  quickLoginCheckMilliSeconds: 0,
  eventsEnabled: true,
  enabledEventTypes: [...eventTypes],
  eventsExpiration: 24 * 3600,
  defaultSignatureAlgorithm: 'RS256',
  // For other applications of the realm; who holds which, and what it allows, is Plexica's to keep.
  roles: { realm: builtInRoles(realm).map((name) => ({ name })) },
  clients: [
    {
      clientId: consoleClient,
      publicClient: true,
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      redirectUris: [`${platformUrl}/*`],
      webOrigins: [new URL(platformUrl).origin],
      attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': `${platformUrl}/*` },
      protocolMappers: [audienceMapper],
    },
    {
      clientId: loginClient,
      secret: loginSecret,
      publicClient: false,
      standardFlowEnabled: false,
      directAccessGrantsEnabled: true,
      serviceAccountsEnabled: true,
      protocolMappers: [audienceMapper],
    },
  ],
  // Names are ours to keep: nobody is asked for them, or for anything else, when they sign in.
  requiredActions: [
    { alias: 'VERIFY_PROFILE', name: 'Verify Profile', providerId: 'VERIFY_PROFILE', enabled: false, defaultAction: false },
  ],
  components: {
    'org.keycloak.userprofile.UserProfileProvider': [
      { providerId: 'declarative-user-profile', config: { 'kc.user.profile.config': [JSON.stringify(userProfile)] } },
    ] as never,
  },
});

const builtInRoles = (realm: string): readonly string[] => (realm === platformRealm ? ['super_admin'] : ['admin', 'user', 'guest']);

const audienceMapper = {
  name: 'gateway',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-audience-mapper',
  config: { 'included.custom.audience': audience, 'access.token.claim': 'true', 'id.token.claim': 'false' },
};

const seenByAll = { view: ['admin', 'user'], edit: ['admin'] };

const userProfile = {
  attributes: ['username', 'email', 'firstName', 'lastName'].map((name) => ({ name, permissions: seenByAll, multivalued: false })),
};
