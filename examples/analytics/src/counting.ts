import { on, type PluginContext } from '@plexica/plugin-kit';
import { LockMode } from '@plexica/plugin-kit/database';
import { dayOf, lastDays } from './day.ts';
import { type Counted, counted, DayCount } from './day-count.entity.ts';

/** Adds one to the day, and forgets days that are older than the tenant wants to keep. */
const count = (what: Counted, { db, config }: Pick<PluginContext, 'db' | 'config'>): Promise<void> =>
  db(async (em) => {
    const day = dayOf(new Date());
    await em.upsert(DayCount, { day, what, count: 0 }, { onConflictFields: ['day', 'what'], onConflictAction: 'ignore' });
    const row = await em.findOneOrFail(DayCount, { day, what }, { refresh: true, lockMode: LockMode.PESSIMISTIC_WRITE });
    row.count += 1;
    const [oldest = day] = lastDays(Number(config.retentionDays), new Date());
    await em.nativeDelete(DayCount, { day: { $lt: oldest } });
  });

export const countSignIns = on('user.signed-in', (_event, context) => count(counted.signIns, context));

export const countNewUsers = on('user.created', (_event, context) => count(counted.usersCreated, context));
