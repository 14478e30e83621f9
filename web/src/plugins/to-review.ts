import { z } from 'zod';

const migration = z.object({ name: z.string(), sql: z.string() });
const shape = z.object({
  description: z.string().catch(''),
  scopes: z.array(z.string()).catch([]),
  migrations: z.array(migration).catch([]),
});

/** Of a manifest, what a reviewer looks at before anything else: what it is, what it may do, what it runs in the database. */
export const toReview = (manifest: unknown): z.infer<typeof shape> => shape.parse(typeof manifest === 'object' ? (manifest ?? {}) : {});
