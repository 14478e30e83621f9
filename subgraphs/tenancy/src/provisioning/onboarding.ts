import type { TenantKey } from '@plexica/foundation/database';

/** First roles and first admin of a tenant; the owner of users implements it. Each may be called twice. */
export interface Onboarding {
  createBuiltInRoles(tenant: TenantKey): Promise<void>;
  /** `tokenHash` is the SHA-256 of the whole invitation token, in hexadecimal. */
  inviteFirstAdmin(
    tenant: TenantKey,
    admin: { readonly email: string; readonly displayName: string; readonly tokenHash: string },
  ): Promise<void>;
}

/** Plugins that a tenant starts with; the owner of installations implements it. Each may be called twice. */
export interface FirstPlugins {
  /** Resolves when they are installed and active; fails with the code that installing them fails with. */
  install(tenantId: string, pluginIds: readonly string[]): Promise<void>;
  /** Forgets whatever `install` left behind; the tenant's schemas are dropped without it. */
  remove?(tenantId: string): Promise<void>;
}
