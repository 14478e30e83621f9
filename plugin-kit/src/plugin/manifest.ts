import { eventCatalog, filterCatalog } from '@plexica/schema';
import { valid, validRange } from 'semver';
import { z } from 'zod';

/** 2 to 31 characters, lower case, single hyphens; prefixes everything the plugin adds. */
export const pluginId = z
  .string()
  .min(2)
  .max(31)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);

const version = z.string().refine((text) => valid(text) === text, { message: 'must be a semver version such as 1.0.0' });
const range = z.string().refine((text) => validRange(text) !== null, { message: 'must be a semver range such as ^1.0.0' });

/** Where a plugin's UI may appear; the number is the version of the slot's props. */
export const slotNames = [
  'route/v1',
  'sidebar.item/v1',
  'dashboard.widget/v1',
  'user.panel/v1',
  'tenant.settings.tab/v1',
  'header.action/v1',
] as const;

const hook = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('action'),
    hook: z.string().refine((name) => name in eventCatalog || name.split('.').length >= 3, { message: 'is no event of the catalog' }),
    priority: z.int().default(100),
    timeoutMs: z.int().min(50).max(30_000).default(10_000),
  }),
  z.object({
    kind: z.literal('filter'),
    hook: z.enum(Object.keys(filterCatalog) as [keyof typeof filterCatalog]),
    priority: z.int().default(100),
    timeoutMs: z.int().min(10).max(2_000).default(500),
    onFailure: z.enum(['deny', 'skip']).default('deny'),
  }),
]);

/** What a plugin says about itself: one typed document, immutable once published. */
export const pluginManifest = z.strictObject({
  id: pluginId,
  name: z.string().min(1).max(80),
  version,
  description: z.string().min(1).max(2_000),
  author: z.string().max(200).optional(),
  license: z.string().max(100).optional(),
  icon: z.string().max(100).optional(),
  category: z.string().max(50).optional(),
  homepage: z.url().optional(),
  /** Range of the platform's version that it works with. */
  requires: range.optional(),
  dependencies: z
    .object({
      required: z.record(pluginId, range).default({}),
      optional: z.record(pluginId, range).default({}),
      conflicts: z.record(pluginId, range).default({}),
    })
    .optional(),
  /** JSON Schema of the configuration; `writeOnly: true` marks secrets. */
  configuration: z.record(z.string(), z.unknown()).optional(),
  /** Permissions it adds, each `<id>.<resource>.<action>`. */
  permissions: z.record(z.string(), z.object({ description: z.string().min(1), roles: z.array(z.string()).default([]) })).default({}),
  /** Permissions of the core that it asks to be granted. */
  scopes: z.array(z.string()).default([]),
  hooks: z.array(hook).default([]),
  events: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** In order, additive; run in the plugin's own schema of each tenant. */
  migrations: z.array(z.object({ name: z.string().regex(/^\d{4}-[a-z0-9-]+$/), sql: z.string().max(100_000) })).default([]),
  ui: z
    .object({
      /** File in the bundle that the console loads first. */
      entry: z.string().min(1),
      /** Range of Vue that the remote was built for. */
      vue: range,
      slots: z.array(z.object({ slot: z.enum(slotNames), expose: z.string().min(1), title: z.string().max(80).optional() })).min(1),
      /** The operations that its components ask, one a text: all they may ask in a tenant that runs registered operations alone. */
      operations: z.array(z.string().min(1).max(20_000)).max(200).optional(),
    })
    .optional(),
});

export type PluginManifest = z.infer<typeof pluginManifest>;
export type PluginHook = PluginManifest['hooks'][number];

/** `crm` -> `crm`, `time-sheets` -> `timeSheets`: what every name of the plugin begins with. */
export const namePrefix = (id: string): string => id.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
