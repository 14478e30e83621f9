import type { PersistenceModule } from '@plexica/foundation/database';
import { ApiKeyEntity } from './api-key/api-key.entity.ts';
import { InvitationEntity } from './invitation/invitation.entity.ts';
import { identity0001 } from './migrations/0001-identity.ts';
import { identity0002 } from './migrations/0002-api-keys.ts';
import { identity0003 } from './migrations/0003-password-resets.ts';
import { PluginPermissionEntity } from './permission/plugin-permission.entity.ts';
import { RoleEntity, UserRoleEntity } from './role/role.entity.ts';
import { UserSessionEntity } from './session/session.entity.ts';
import { UserEntity } from './user/user.entity.ts';

/** Users, roles, permissions, sessions, invitations and API keys, in each tenant's own schema. */
export const identityPersistence: PersistenceModule = {
  name: 'identity',
  entities: [
    UserEntity,
    RoleEntity,
    UserRoleEntity,
    PluginPermissionEntity,
    UserSessionEntity,
    InvitationEntity,
    ApiKeyEntity,
  ] as unknown as PersistenceModule['entities'],
  sharedMigrations: [],
  tenantMigrations: [identity0001, identity0002, identity0003],
};
