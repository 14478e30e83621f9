import type { IdentityDeps } from '../deps.ts';
import { callOn, type TenantState } from '../tenant/tenant-state.ts';

/** Writes down that somebody failed to sign in, where there is a tenant to write it to. */
export const recordFailure = async (
  { changeFor, newId }: Pick<IdentityDeps, 'changeFor' | 'newId'>,
  tenant: TenantState | undefined,
  username: string,
  reason: string,
): Promise<void> => {
  if (tenant?.status !== 'ACTIVE' && tenant?.status !== 'SUSPENDED') return;
  // Whatever was typed; PostgreSQL keeps no zero bytes.
  const failure = { username: username.replaceAll('\0', '').slice(0, 254), reason };
  await changeFor(callOn(tenant, newId()))({ action: 'session.refuse' }, failure, async (input, { events, audit }) => {
    events.record('user.sign-in-failed', input);
    audit({ after: input });
  });
};
