import type { SignInPolicy } from '@plexica/foundation/identity-provider';
import { DomainError } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { createDirectoryNotices } from '../tenant/directory-notices.ts';
import { callOn, realmLookup, type TenantState } from '../tenant/tenant-state.ts';
import { recordFailure } from './failed-sign-in.ts';
import { createSessionEnder } from './session-ender.ts';
import { createSessionOpener } from './session-opener.ts';

export type SignInPolicyDeps = Pick<IdentityDeps, 'database' | 'changeFor' | 'clock' | 'newId' | 'identity' | 'pubsub' | 'tenantStatus'>;

/** What the embedded issuer asks when somebody signs in, or out, at its own page. */
export const createSignInPolicy = (deps: SignInPolicyDeps): Required<SignInPolicy> => {
  const realm = realmLookup(deps.tenantStatus);
  const opener = createSessionOpener(deps);
  const ender = createSessionEnder({ ...deps, notices: createDirectoryNotices(deps.pubsub) });
  return {
    async admit(slug, subject, session) {
      const tenant = mustBeOpen(await realm(slug));
      await opener.open(tenant, subject, session);
    },
    async failed(slug, username, reason) {
      await recordFailure(deps, await realm(slug), username, reason);
    },
    async ended(slug, session) {
      const tenant = await realm(slug);
      if (tenant) await ender.end(tenant, session, callOn(tenant, deps.newId()));
    },
  };
};

/** Said to right credentials only. */
export const mustBeOpen = (tenant: TenantState | undefined): TenantState => {
  if (tenant?.status === 'SUSPENDED') throw new DomainError('TENANT_SUSPENDED');
  if (tenant?.status !== 'ACTIVE') throw new DomainError('CREDENTIALS_INVALID');
  return tenant;
};
