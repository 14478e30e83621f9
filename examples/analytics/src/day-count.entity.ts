import { defineEntity, p } from '@plexica/plugin-kit/database';

export const counted = { signIns: 'sign-ins', usersCreated: 'users-created' } as const;
export type Counted = (typeof counted)[keyof typeof counted];

/** How often something happened on one UTC day. */
export const DayCount = defineEntity({
  name: 'DayCount',
  tableName: 'day_count',
  properties: {
    day: p.date().primary(),
    what: p.text().primary().$type<Counted>(),
    count: p.integer(),
  },
});

export const migrations = [
  {
    name: '0001-day-count',
    sql: `create table day_count (
      day date not null,
      what text not null,
      count integer not null check (count >= 0),
      primary key (day, what)
    )`,
  },
];
