import type { PersistenceModule } from '@plexica/foundation/database';
import { InvitationEntity } from './invitation/invitation.entity.ts';
import { identity0001 } from './migrations/0001-identity.ts';
import { PluginPermissionEntity } from './permission/plugin-permission.entity.ts';
import { RoleEntity, UserRoleEntity } from './role/role.entity.ts';
import { UserSessionEntity } from './session/session.entity.ts';
import { UserEntity } from './user/user.entity.ts';

/** Users, roles, permissions, sessions and invitations, in each tenant's own schema. */
export const identityPersistence: PersistenceModule = {
  name: 'identity',
  entities: [
    UserEntity,
    RoleEntity,
    UserRoleEntity,
    PluginPermissionEntity,
    UserSessionEntity,
    InvitationEntity,
  ] as unknown as PersistenceModule['entities'],
  sharedMigrations: [],
  tenantMigrations: [identity0001],
};
