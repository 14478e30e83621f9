import type { EdgeEnvironment } from './config/config.ts';
import type { Settings } from './foundation.ts';

export const settingsOf = (environment: EdgeEnvironment): Settings => ({
  url: environment.PLEXICA_URL,
  baseDomain: environment.PLEXICA_BASE_DOMAIN,
  installation: environment.PLEXICA_INSTALLATION,
  demo: environment.PLEXICA_DEMO,
  pluginHosts: environment.PLEXICA_PLUGIN_HOSTS,
  trustedProxies: environment.PLEXICA_TRUSTED_PROXIES,
  deletionGraceDays: environment.PLEXICA_DELETION_GRACE_DAYS,
  maxCost: environment.PLEXICA_MAX_COST,
  maxAnswer: environment.PLEXICA_MAX_ANSWER,
  rateLimits: environment.PLEXICA_RATE_LIMITS,
  introspection: {
    anonymous: environment.PLEXICA_INTROSPECTION_ANONYMOUS,
    tenant: environment.PLEXICA_INTROSPECTION_TENANT,
    platform: environment.PLEXICA_INTROSPECTION_PLATFORM,
  },
  unauthorizedFields: environment.PLEXICA_UNAUTHORIZED_FIELDS,
  shareQueries: environment.PLEXICA_SHARE_QUERIES,
});
