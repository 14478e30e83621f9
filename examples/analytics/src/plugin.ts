import { definePlugin } from '@plexica/plugin-kit';
import { z } from 'zod';
import { AnalyticsDay, AnalyticsResolver, Tenant, TenantAnalyticsResolver } from './analytics.resolver.ts';
import { countNewUsers, countSignIns } from './counting.ts';
import { DayCount, migrations } from './day-count.entity.ts';

export default definePlugin({
  id: 'analytics',
  version: '1.0.0',
  name: 'Analytics',
  description: 'Counts sign-ins and new users of your tenant by day, and shows them on the dashboard.',
  author: 'The Plexica authors',
  license: 'MIT',
  category: 'insight',
  icon: 'chart-column',
  configuration: z.object({
    retentionDays: z
      .int()
      .min(1)
      .max(365)
      .default(90)
      .meta({ title: 'Retention in days', description: 'How many days of counts are kept; older ones are forgotten.' }),
  }),
  resolvers: [TenantAnalyticsResolver, AnalyticsResolver],
  orphanedTypes: [Tenant, AnalyticsDay],
  references: { Tenant: ({ id }: { id: string }) => ({ id }) },
  entities: [DayCount],
  hooks: [countSignIns, countNewUsers],
  migrations,
  ui: {
    entry: 'remoteEntry.js',
    vue: '^3.5.0',
    slots: [{ slot: 'dashboard.widget/v1', expose: './SignInsWidget', title: 'Sign-ins' }],
  },
});
