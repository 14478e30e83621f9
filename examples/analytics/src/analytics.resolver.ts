import type { PluginContext } from '@plexica/plugin-kit';
import { SignedIn } from '@plexica/plugin-kit';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, Int, ObjectType, Resolver } from 'type-graphql';
import { dayOf, lastDays } from './day.ts';
import { type Counted, counted, DayCount } from './day-count.entity.ts';

@ObjectType({ description: 'How often something happened in the tenant on one day.' })
export class AnalyticsDay {
  @Field(() => String, { description: 'The day in UTC, `YYYY-MM-DD`.' })
  date!: string;

  @Field(() => Int, { description: 'How many on this day; 0 when none was seen.' })
  count!: number;
}

@ObjectType({ description: 'Figures about the use of a tenant, counted from its events by UTC day.' })
export class Analytics {
  tenant!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A customer of the platform, with its figures.' })
export class Tenant {
  @Field(() => ID, { description: 'The same as in the subgraph that owns tenants.' })
  id!: string;
}

@Resolver(() => Tenant)
export class TenantAnalyticsResolver {
  @FieldResolver(() => Analytics, {
    nullable: true,
    description: 'Figures of this tenant; null while the plugin’s service is away. Needs sign-in.',
  })
  @SignedIn()
  analytics(@Ctx() { tenant }: PluginContext): Analytics {
    return { tenant: tenant.id };
  }
}

@Resolver(() => Analytics)
export class AnalyticsResolver {
  @FieldResolver(() => Int, { description: 'Sessions that began since midnight UTC, in the console or over the API.' })
  signInsToday(@Ctx() context: PluginContext): Promise<number> {
    return countOf(context, counted.signIns, dayOf(new Date()));
  }

  @FieldResolver(() => Int, { description: 'Users that were created or invited since midnight UTC.' })
  usersCreatedToday(@Ctx() context: PluginContext): Promise<number> {
    return countOf(context, counted.usersCreated, dayOf(new Date()));
  }

  @FieldResolver(() => [AnalyticsDay], { description: 'Sessions that began on each of the last days, oldest first, today included.' })
  async signInsByDay(
    @Arg('days', () => Int, { defaultValue: 14, description: 'How many days, 1 to 365; those beyond the retention are 0.' }) days: number,
    @Ctx() { db }: PluginContext,
  ): Promise<AnalyticsDay[]> {
    const wanted = lastDays(Math.min(Math.max(days, 1), 365), new Date());
    const rows = await db((em) => em.find(DayCount, { what: counted.signIns, day: { $in: wanted } }));
    return wanted.map((date) => ({ date, count: rows.find(({ day }) => day === date)?.count ?? 0 }));
  }
}

const countOf = async ({ db }: PluginContext, what: Counted, day: string): Promise<number> =>
  (await db((em) => em.findOne(DayCount, { day, what })))?.count ?? 0;
