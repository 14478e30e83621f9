import { createSubgraph, type Subgraph } from '@plexica/plugin-kit';
import { ApiKeyResolver } from './api-key/api-key.resolver.ts';
import { AuditResolver } from './audit/audit.resolver.ts';
import { type IdentityContext, identityContext } from './context.ts';
import type { IdentityDeps } from './deps.ts';
import { InvitationResolver } from './invitation/invitation.resolver.ts';
import { PermissionResolver } from './permission/permission.resolver.ts';
import { RoleResolver } from './role/role.resolver.ts';
import { SessionResolver } from './session/session.resolver.ts';
import { UserResolver } from './user/user.resolver.ts';

/** Users, roles, permissions and sessions, as a federation subgraph. */
export const createIdentitySubgraph = (deps: IdentityDeps): Subgraph =>
  createSubgraph<ReturnType<typeof identityContext>>({
    name: 'identity',
    resolvers: [UserResolver, RoleResolver, PermissionResolver, SessionResolver, InvitationResolver, ApiKeyResolver, AuditResolver],
    references: {
      async User({ id }: { id: string }, { loaders, mayRefer }: IdentityContext) {
        mayRefer(id);
        return loaders.user.load(id);
      },
      async Role({ id }: { id: string }, { loaders, mayRefer }: IdentityContext) {
        mayRefer();
        return loaders.role.load(id);
      },
    },
    context: (call) => identityContext(deps, call),
    tracer: deps.tracer,
    report: (err, { requestId }) => deps.log.error({ err, requestId }, 'identity failed unexpectedly'),
  });
