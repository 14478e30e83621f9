import { tracingVariables } from '@plexica/plugin-kit';
import { z } from 'zod';
import { urlProblems } from '../database/connection-options.ts';
import { proxyProblem } from '../network/client-of.ts';

const schemes = (...allowed: string[]) =>
  z.string().refine((url) => allowed.some((scheme) => url.startsWith(scheme)), { message: `must begin with ${allowed.join(' or ')}` });

const postgresUrl = schemes('postgres:', 'postgresql:').check(({ value, issues }) => {
  for (const message of urlProblems(value)) issues.push({ code: 'custom', message, input: value });
});

const origin = (otherwise: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(otherwise)
    .transform((url) => url.replace(/\/$/, ''));

const list = () =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    );

const introspection = z
  .string()
  .regex(/^(on|off|[a-z][a-z0-9-]*(\.[a-z0-9-]+)+)$/, 'must be on, off or a permission such as settings.read')
  .default('on');

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');

/** Every variable of the environment that Plexica reads. `docs/configuration.md` is this table in words. */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  PLEXICA_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
  PLEXICA_BASE_DOMAIN: z.string().optional(),
  PLEXICA_INSTALLATION: z
    .string()
    .regex(/^[a-z][a-z0-9_]{1,15}$/, 'must be 2 to 16 lower-case letters, digits or underscores')
    .default('plexica'),
  PLEXICA_DEMO: flag.default(false),
  PLEXICA_PLATFORM_KEY: z.string().min(32, 'must have at least 32 characters'),
  PLEXICA_PLUGIN_HOSTS: list(),
  PLEXICA_TRUSTED_PROXIES: list().check(({ value, issues }) => {
    const message = proxyProblem(value);
    if (message) issues.push({ code: 'custom', message, input: value });
  }),
  DATABASE_URL: postgresUrl,
  DATABASE_OWNER_URL: postgresUrl,
  PUBSUB_URL: schemes('memory:', 'redis:', 'rediss:').default('memory:'),
  STATE_URL: schemes('memory:', 'redis:', 'rediss:').default('memory:'),
  EVENTS_URL: z
    .string()
    .regex(/^(postgres:|kafka:\/\/[^/,\s]+(,[^/,\s]+)*$)/, 'must be postgres: or kafka://host:port[,host:port]')
    .default('postgres:'),
  IDENTITY_URL: schemes('embedded:', 'keycloak+http:', 'keycloak+https:').default('embedded:'),
  STORAGE_URL: schemes('file:', 's3+http:', 's3+https:'),
  MAIL_URL: schemes('file:', 'smtp:', 'smtps:'),
  /** Where a process listens; loopback unless told. */
  PLEXICA_HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PLEXICA_TENANCY_URL: origin('http://127.0.0.1:4101'),
  PLEXICA_IDENTITY_URL: origin('http://127.0.0.1:4102'),
  PLEXICA_PLUGINS_URL: origin('http://127.0.0.1:4103'),
  PLEXICA_DELETION_GRACE_DAYS: z.coerce.number().min(0).max(3_650).default(30),
  PLEXICA_MAX_COST: z.coerce.number().int().positive().default(50_000),
  PLEXICA_MAX_ANSWER: z.coerce.number().int().positive().default(20_000_000),
  PLEXICA_RATE_LIMITS: z.enum(['open', 'closed']).default('open'),
  PLEXICA_INTROSPECTION_ANONYMOUS: z.enum(['on', 'off']).default('off'),
  PLEXICA_INTROSPECTION_TENANT: introspection,
  PLEXICA_INTROSPECTION_PLATFORM: introspection,
  PLEXICA_UNAUTHORIZED_FIELDS: z.enum(['withhold', 'refuse']).default('withhold'),
  PLEXICA_SHARE_QUERIES: flag.default(true),
  ...tracingVariables,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Environment = z.infer<typeof environmentSchema>;

/** The part of it that a gateway reads, which has no database, files or mail. */
const edgeSchema = environmentSchema.omit({
  DATABASE_URL: true,
  DATABASE_OWNER_URL: true,
  EVENTS_URL: true,
  STORAGE_URL: true,
  MAIL_URL: true,
});

export type EdgeEnvironment = z.infer<typeof edgeSchema>;

/** What is read to make the database and its logins on a server; nothing that runs for long knows its superuser. */
const clusterSchema = environmentSchema.pick({ PLEXICA_INSTALLATION: true, DATABASE_URL: true, DATABASE_OWNER_URL: true }).extend({
  DATABASE_SUPERUSER_URL: schemes('postgres:', 'postgresql:'),
  KEYCLOAK_DATABASE_URL: schemes('postgres:', 'postgresql:').optional(),
});

export type ClusterEnvironment = z.infer<typeof clusterSchema>;

/** One message that lists everything wrong with the environment. */
export class ConfigurationProblem extends Error {
  override readonly name = 'ConfigurationProblem';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The only reader of the environment. */
export const readEnvironment = (variables: Variables): Environment => read(environmentSchema, variables);

export const readEdgeEnvironment = (variables: Variables): EdgeEnvironment => read(edgeSchema, variables);

export const readClusterEnvironment = (variables: Variables): ClusterEnvironment => read(clusterSchema, variables);

const read = <Read extends Partial<EdgeEnvironment>>(schema: z.ZodType<Read>, given: Variables): Read => {
  // Who composes an environment from others' variables can't leave one out.
  const variables: Variables = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(variables);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${said(variables, path[0])}: ${message}`);
  if (parsed.success) problems.push(...demoProblems(parsed.data));
  if (problems.length || !parsed.success) throw new ConfigurationProblem(problems);
  return parsed.data;
};

const said = (variables: Variables, name: PropertyKey | undefined): string =>
  variables[String(name)] === undefined ? 'is missing' : 'is not valid';

// The demo's passwords are public, so it stays on this machine.
const demoProblems = ({ PLEXICA_DEMO, PLEXICA_URL }: Partial<EdgeEnvironment>): string[] => {
  if (!PLEXICA_DEMO || !PLEXICA_URL) return [];
  const { hostname } = new URL(PLEXICA_URL);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return loopback ? [] : [`PLEXICA_DEMO: demo accounts have public passwords and exist on loopback only, not at ${PLEXICA_URL}`];
};
