import { defineEntity, p } from '@mikro-orm/core';
import { createFoundation, type FoundationOptions, type RunningFoundation, readEnvironment, systemCall } from '@plexica/foundation';
import type { PersistenceModule, TenantKey } from '@plexica/foundation/database';
import { createEmbeddedIdentityProvider, issuerPersistence } from '@plexica/foundation/identity-provider';
import { type Onboarding, tenancyPersistence } from '#tenancy';

/** Stands for the subgraph that owns users: its rows are real, so that what a kill or a compensation leaves can be counted. */
export const FirstRow = defineEntity({
  name: 'FirstRow',
  tableName: 'first_row',
  schema: '*',
  properties: { name: p.text().primary(), tokenHash: p.text().nullable() },
});

const onboardingPersistence: PersistenceModule = {
  name: 'onboarding',
  entities: [FirstRow] as unknown as PersistenceModule['entities'],
  sharedMigrations: [],
  tenantMigrations: [{ name: '0001-first', sql: 'create table first_row (name text primary key, token_hash text);' }],
};

export const startFoundation = (variables: Record<string, string>, options: Partial<FoundationOptions> = {}): Promise<RunningFoundation> =>
  createFoundation(readEnvironment(variables), {
    modules: [issuerPersistence, tenancyPersistence, onboardingPersistence],
    identity: (foundation) =>
      createEmbeddedIdentityProvider({
        ...foundation,
        url: foundation.settings.url,
        policy: () => ({ admit: async () => {}, failed: async () => {} }),
        passwordCost: { N: 2 ** 10, r: 8, p: 1 },
      }),
    pauseMs: () => 1,
    ...options,
  });

export const storedOnboarding = ({ changeFor }: Pick<RunningFoundation, 'changeFor'>): Onboarding => {
  const put = (tenant: TenantKey, action: string, rows: readonly { name: string; tokenHash?: string }[]) =>
    changeFor(systemCall(tenant))({ action }, rows, async (_, { em }) => {
      await em.upsertMany(FirstRow, [...rows], { onConflictAction: 'ignore', onConflictFields: ['name'] });
    });
  return {
    createBuiltInRoles: (tenant) => put(tenant, 'role.create-built-in', [{ name: 'admin' }, { name: 'user' }, { name: 'guest' }]),
    inviteFirstAdmin: (tenant, { email, tokenHash }) => put(tenant, 'user.invite', [{ name: email, tokenHash }]),
  };
};
