import { AuditEntry as AuditRow } from '@plexica/foundation/database';
import { onePage, PageArgs, RequiresPermission } from '@plexica/plugin-kit';
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { isUuid } from '../user/user-rows.ts';
import { AuditEntryConnection, AuditFilter } from './audit.graphql.ts';

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, { description: 'What happened in the tenant, the newest first. Needs `audit.read`.' })
  @RequiresPermission('audit.read')
  auditLog(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Narrows the log.' }) filter: AuditFilter | null,
    @Ctx() { read }: IdentityContext,
  ) {
    return read((em) =>
      onePage(page, (keyset) =>
        em.findByCursor(AuditRow, {
          where: conditions(filter ?? {}),
          ...keyset,
          orderBy: [{ at: 'desc' }, { id: 'desc' }],
        }),
      ),
    );
  }
}

// An id of another shape is nobody's.
const conditions = ({ actorId, action, targetId, from, to }: AuditFilter) => ({
  ...(actorId && (isUuid(actorId) ? { actorId } : { id: { $in: [] } })),
  ...(action && { action }),
  ...(targetId && { targetId }),
  ...((from || to) && { at: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
});
