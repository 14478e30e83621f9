import type { Change } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { mustBeKnown } from '../permission/held-permissions.ts';
import { type PluginPermission, PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import type { Caller } from '../tenant/caller.ts';
import type { DirectoryNotices } from '../tenant/directory-notices.ts';
import type { User } from '../user/user.entity.ts';
import { lockUser } from '../user/user-rows.ts';
import { mustNotBeLastAdmin } from './last-admin.ts';
import { type Role, RoleEntity, UserRoleEntity } from './role.entity.ts';
import { grantRoles, lockRole } from './role-rows.ts';

interface RoleServiceDeps extends Pick<IdentityDeps, 'newId'> {
  readonly change: Change;
  readonly caller: Caller;
  readonly notices: DirectoryNotices;
  readonly findUser: (id: string) => Promise<User | null>;
  readonly findRole: (id: string) => Promise<Role | null>;
}

interface RoleInput {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly permissions?: readonly string[] | null;
}

interface UserAndRole {
  readonly userId: string;
  readonly roleId: string;
}

const guard = { permission: 'roles.write' };

/** What happens to roles, and who has them. */
export class RoleService {
  readonly #deps: RoleServiceDeps;

  constructor(deps: RoleServiceDeps) {
    this.#deps = deps;
  }

  async create(input: RoleInput & { readonly name: string; readonly permissions: readonly string[] }): Promise<Role> {
    const { change, newId } = this.#deps;
    return change({ action: 'role.create', guard }, input, async ({ name, description, permissions }, { em, events, audit }) => {
      const granted = this.#grantable(permissions, await em.find(PluginPermissionEntity, {}));
      const role = em.create(RoleEntity, {
        id: newId(),
        name: nameOf(name),
        description: descriptionOf(description),
        builtIn: false,
        permissions: granted,
        version: 1,
      });
      await em.flush().catch(asTaken);
      events.record('role.created', { role: role.snapshot() });
      audit({ target: { type: 'role', id: role.id }, after: { name: role.name, permissions: granted } });
      return role;
    });
  }

  async update(input: RoleInput & { readonly id: string; readonly version: number }): Promise<Role> {
    const { change, notices, caller } = this.#deps;
    const role = await change(
      { action: 'role.update', guard },
      input,
      async ({ id, version, name, description, permissions }, { em, events, audit }) => {
        const target = await lockRole(em, id);
        target.mustBeCustom();
        target.expect(version);
        const before = { name: target.name, permissions: target.permissions };
        if (permissions) {
          // Taking away is free; only what is new must be the caller's own.
          const added = permissions.filter((permission) => !target.permissions.includes(permission));
          this.#grantable(added, await em.find(PluginPermissionEntity, {}));
          target.permissions = [...new Set(permissions)].sort();
        }
        if (name != null) target.name = nameOf(name);
        if (description != null) target.description = descriptionOf(description);
        target.version += 1;
        await em.flush().catch(asTaken);
        events.record('role.updated', { role: target.snapshot() });
        audit({ target: { type: 'role', id }, before, after: { name: target.name, permissions: target.permissions } });
        return target;
      },
    );
    notices.principal(caller.tenant.slug);
    return role;
  }

  async delete(input: { readonly id: string; readonly version?: number | null }): Promise<Role> {
    const { change, notices, caller } = this.#deps;
    const role = await change({ action: 'role.delete', guard }, input, async ({ id, version }, { em, events, audit }) => {
      const target = await lockRole(em, id);
      target.mustBeCustom();
      target.expect(version);
      await em.nativeDelete(RoleEntity, { id });
      events.record('role.deleted', { role: target.snapshot() });
      audit({ target: { type: 'role', id }, before: { name: target.name, permissions: target.permissions } });
      return target;
    });
    notices.principal(caller.tenant.slug);
    return role;
  }

  async assign(input: UserAndRole): Promise<User> {
    const { change, caller, notices } = this.#deps;
    const { user: found, role: wanted } = await this.#both(input);
    const filter = { name: 'role.assigning' as const, payload: () => ({ user: found.snapshot(), role: wanted.snapshot() }) };
    const user = await change({ action: 'role.assign', guard, filter }, input, async ({ userId, roleId }, { em, events, audit }) => {
      const target = await lockUser(em, userId);
      const had = await em.count(UserRoleEntity, { userId, roleId });
      const [role] = await grantRoles(em, caller, userId, [roleId]);
      if (had || !role) return target;
      events.record('role.assigned', { user: target.snapshot(), role: role.snapshot() });
      audit({ target: { type: 'user', id: userId }, after: { role: role.name } });
      return target;
    });
    notices.principal(caller.tenant.slug, user.id);
    return user;
  }

  async revoke(input: UserAndRole): Promise<User> {
    const { change, caller, notices } = this.#deps;
    const user = await change({ action: 'role.revoke', guard }, input, async ({ userId, roleId }, { em, events, audit }) => {
      const target = await lockUser(em, userId);
      const role = await lockRole(em, roleId);
      caller.mustHold(role.permissions);
      if (role.builtIn && role.permissions.includes('*')) await mustNotBeLastAdmin(em, target);
      const removed = await em.nativeDelete(UserRoleEntity, { userId, roleId });
      if (!removed) return target;
      events.record('role.revoked', { user: target.snapshot(), role: role.snapshot() });
      audit({ target: { type: 'user', id: userId }, before: { role: role.name } });
      return target;
    });
    notices.principal(caller.tenant.slug, user.id);
    return user;
  }

  async #both({ userId, roleId }: UserAndRole): Promise<{ user: User; role: Role }> {
    const [user, role] = await Promise.all([this.#deps.findUser(userId), this.#deps.findRole(roleId)]);
    if (!user) throw new DomainError('USER_NOT_FOUND', { path: ['input', 'userId'] });
    if (!role) throw new DomainError('ROLE_NOT_FOUND', { path: ['input', 'roleId'] });
    return { user, role };
  }

  #grantable(permissions: readonly string[], added: readonly PluginPermission[]): string[] {
    const { caller } = this.#deps;
    const known = mustBeKnown(permissions, added, caller.tenant.slug);
    caller.mustHold(known);
    return known;
  }
}

const nameOf = (raw: string): string => {
  const name = raw.trim();
  if (!name || name.length > 60)
    throw new DomainError('BAD_USER_INPUT', { message: 'A role name has 1 to 60 characters.', path: ['input', 'name'] });
  return name;
};

const descriptionOf = (raw: string | null | undefined): string => {
  const description = raw?.trim() ?? '';
  if (description.length > 500)
    throw new DomainError('BAD_USER_INPUT', { message: 'A description has at most 500 characters.', path: ['input', 'description'] });
  return description;
};

const asTaken = (error: unknown): never => {
  const duplicate = error instanceof Error && error.name === 'UniqueConstraintViolationException';
  throw duplicate ? new DomainError('ROLE_NAME_TAKEN', { path: ['input', 'name'], cause: error }) : error;
};
