import { z } from 'zod';

/** Where a plugin's service asks the platform about the installation of the request in hand. */
export const runtimePath = '/_plexica/runtime';

export const runtimeAnswer = z.object({
  configuration: z.record(z.string(), z.unknown()),
  configurationVersion: z.number(),
  /** Reaches the installation's own schema and nothing else; null for a plugin without migrations. */
  databaseUrl: z.string().nullable(),
});

export type RuntimeAnswer = z.infer<typeof runtimeAnswer>;
