import type { EntityManager } from '@mikro-orm/postgresql';
import { platformTenant, type TenantKey } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import { builtInRoles, superAdmin } from '@plexica/schema';
import { createAccountSync } from '../account/account-sync.ts';
import type { IdentityDeps } from '../deps.ts';
import { InvitationEntity } from '../invitation/invitation.entity.ts';
import { invitationDays } from '../invitation/invitation-token.ts';
import { RoleEntity, UserRoleEntity } from '../role/role.entity.ts';
import { callOn } from '../tenant/tenant-state.ts';
import { type User, UserEntity, type UserStatus } from '../user/user.entity.ts';
import { displayNameOf, emailOf, passwordOf, usernameOf } from '../user/user-input.ts';

interface Newcomer {
  readonly email: string;
  readonly displayName: string;
}

/** The first steps of a tenant, each safe to repeat: provisioning runs them again after a kill. */
export interface Onboarding {
  createBuiltInRoles(tenant: TenantKey): Promise<void>;
  /** `tokenHash` is the SHA-256 of the whole invitation token, in hexadecimal. */
  inviteFirstAdmin(tenant: TenantKey, admin: Newcomer & { readonly tokenHash: string }): Promise<void>;
  /** For demo data and the platform's own admins. Who was invited gets the password; who is active stays as they are. */
  createUserWithPassword(
    tenant: TenantKey,
    user: Newcomer & { readonly password: string; readonly roles: readonly string[] },
  ): Promise<void>;
}

export const createOnboarding = (deps: Pick<IdentityDeps, 'database' | 'changeFor' | 'identity' | 'clock' | 'newId'>): Onboarding => {
  const { database, changeFor, identity, clock, newId } = deps;
  const accounts = createAccountSync(deps);
  const changeOn = (tenant: TenantKey) => changeFor(callOn(tenant, newId()));
  const find = (tenant: TenantKey, email: string) =>
    database.tenant(tenant.id, (em) => em.findOne(UserEntity, { username: usernameOf(email) }));

  return {
    async createBuiltInRoles(tenant) {
      await changeOn(tenant)({ action: 'role.create-built-in', tenantId: tenant.id }, rolesFor(tenant), async (wanted, { em, events }) => {
        const present = (await em.find(RoleEntity, { builtIn: true })).map(({ name }) => name);
        for (const { name, description, permissions } of wanted) {
          if (present.includes(name)) continue;
          const role = em.create(RoleEntity, { id: newId(), name, description, builtIn: true, permissions: [...permissions], version: 1 });
          events.record('role.created', { role: role.snapshot() });
        }
      });
    },
    async inviteFirstAdmin(tenant, { tokenHash, ...newcomer }) {
      const { email, displayName } = checked(newcomer);
      await changeOn(tenant)(
        { action: 'user.invite', tenantId: tenant.id },
        { email, displayName },
        async (input, { em, events, audit }) => {
          if (await em.count(InvitationEntity, { tokenHash })) return;
          const found = await em.findOne(UserEntity, { username: usernameOf(input.email) });
          const admin = found ?? (await addUser(em, deps, newId(), input, 'INVITED', ['admin']));
          const createdAt = clock();
          const expiresAt = new Date(createdAt.getTime() + invitationDays * 86_400_000);
          em.create(InvitationEntity, {
            id: newId(),
            userId: admin.id,
            tokenHash,
            createdAt,
            expiresAt,
            acceptedAt: null,
            revokedAt: null,
          });
          if (!found) events.record('user.created', { user: admin.snapshot() });
          events.record('user.invited', { user: admin.snapshot() });
          audit({ target: { type: 'user', id: admin.id }, after: admin.snapshot() });
        },
      );
    },
    async createUserWithPassword(tenant, { password, roles, ...newcomer }) {
      const { email, displayName } = checked(newcomer);
      const present = await find(tenant, email);
      if (present && present.status !== 'INVITED') return accounts.match(tenant, present.id);
      const id = present?.id ?? newId();
      await identity.putAccount(tenant.slug, { subject: id, email, displayName, enabled: false });
      await identity.setPassword(tenant.slug, id, passwordOf(password));
      await changeOn(tenant)(
        { action: 'user.create', tenantId: tenant.id },
        { email, displayName },
        async (input, { em, events, audit }) => {
          const invited = await em.findOne(UserEntity, { id });
          const user = invited ?? (await addUser(em, deps, id, input, 'ACTIVE', roles));
          invited?.change({ status: 'ACTIVE', displayName: input.displayName });
          events.record(invited ? 'user.updated' : 'user.created', { user: user.snapshot() });
          audit({ target: { type: 'user', id }, after: user.snapshot() });
        },
      );
      await accounts.match(tenant, id);
    },
  };
};

const rolesFor = ({ id }: TenantKey) =>
  id === platformTenant.id
    ? [{ name: superAdmin, description: 'Everything on the platform', permissions: ['*'] }]
    : Object.entries(builtInRoles).map(([name, role]) => ({ name, ...role }));

const checked = ({ email, displayName }: Newcomer): Newcomer => ({ email: emailOf(email), displayName: displayNameOf(displayName) });

const addUser = async (
  em: EntityManager,
  { clock }: Pick<IdentityDeps, 'clock'>,
  id: string,
  { email, displayName }: Newcomer,
  status: UserStatus,
  roleNames: readonly string[],
): Promise<User> => {
  const user = em.create(UserEntity, { id, email, username: usernameOf(email), displayName, status, createdAt: clock(), version: 1 });
  const roles = await em.find(RoleEntity, { name: { $in: [...roleNames] } });
  if (roles.length < roleNames.length) throw new DomainError('ROLE_NOT_FOUND');
  await em.flush();
  for (const { id: roleId } of roles) em.create(UserRoleEntity, { userId: id, roleId });
  return user;
};
