import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, readEnvironment } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import { createPlatform, type Platform } from '../assembly/platform.ts';
import { type Client, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { type RunningServices, type ServiceName, startServices } from '../services/index.ts';

const password = 'plexica-demo';

/** The two ways in which a service goes away, and how it comes back. */
export const outages = [
  {
    name: 'is killed',
    begin: (services: RunningServices, name: ServiceName) => services.kill(name),
    end: (services: RunningServices, name: ServiceName) => services.start(name),
  },
  {
    name: 'hangs',
    begin: (services: RunningServices, name: ServiceName) => services.pause(name),
    end: (services: RunningServices, name: ServiceName) => services.resume(name),
  },
];

/** One tenant on services of its own: what is done to them is felt by no other suite. */
export interface PlatformToHurt extends AsyncDisposable {
  readonly url: string;
  readonly services: RunningServices;
  readonly platform: Platform;
  readonly tenantId: string;
  /** Of the platform; signed in anew each time, since sessions are short. */
  root(): Promise<Client>;
  /** Of the tenant `acme`; signed in anew each time too. */
  admin(): Promise<Client>;
  /** Answers the operation that makes the tenant. */
  createTenant(slug: string, plugins?: readonly string[]): Promise<string>;
  readiness(): Promise<Readiness>;
  /** One request of the admin whose token is given, as HTTP answers it. */
  ask(token: string | undefined, body: object): Promise<Asked>;
}

export interface Readiness {
  readonly code: number;
  readonly status: string;
  readonly down: readonly string[];
}

export interface Asked {
  readonly status: number;
  readonly retryAfter: number;
  readonly codes: readonly string[];
}

export const startPlatformToHurt = async (names: readonly ServiceName[]): Promise<PlatformToHurt> => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp('/var/tmp/plexica-faults-');
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  stack.defer(() => tellRefusals(join(folder, 'keycloak.log')));
  const services = stack.use(await startServices(names, { folder, ports: 'free' }));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const environment = readEnvironment({
    STORAGE_URL: `file://${join(folder, 'storage')}`,
    ...(await services.environment()),
    PLEXICA_URL: url,
    PLEXICA_DEMO: 'true',
    PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
    MAIL_URL: `file://${join(folder, 'mail')}`,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
  });
  const platform = await createPlatform({ environment });
  stack.defer(() => platform.stop());
  await platform.listen({ host: '127.0.0.1', port });

  const { foundation, onboarding } = platform.core;
  const person = { password, displayName: 'Rosa Root' };
  await onboarding.createUserWithPassword(platformTenant, { ...person, email: 'root@plexica.test', roles: ['super_admin'] });
  const root = () => signIn(url, 'plexica', 'root@plexica.test', password);
  const createTenant = async (slug: string, plugins: readonly string[] = []): Promise<string> => {
    const input = { slug, name: slug, adminEmail: `first@${slug}.test`, plugins };
    return (await mutate<{ operation: { id: string } }>(await root(), 'createTenant', input, 'operation { id }')).operation.id;
  };
  const { tenantId } = await foundation.operations.settled(await createTenant('acme'));
  await onboarding.createUserWithPassword({ id: tenantId, slug: 'acme' }, { ...person, email: 'admin@acme.test', roles: ['admin'] });
  platform.prepared();

  const running = stack.move();
  return {
    ...{ url, services, platform, root, tenantId, createTenant },
    admin: () => signIn(url, 'acme', 'admin@acme.test', password),
    async readiness() {
      const response = await fetch(`${url}/health/ready`);
      const { status, dependencies } = (await response.json()) as { status: string; dependencies: { name: string; status: string }[] };
      return { code: response.status, status, down: dependencies.filter((found) => found.status === 'down').map(({ name }) => name) };
    },
    async ask(token, body) {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), 'x-tenant-slug': 'acme' };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
      const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
      return {
        status: response.status,
        retryAfter: Number(response.headers.get('retry-after') ?? 0),
        codes: errors.map(({ extensions }) => extensions.code),
      };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

/** Why Keycloak refused somebody, which it tells nobody but its log. */
const tellRefusals = async (file: string): Promise<void> => {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  for (const line of lines) if (line.includes('LOGIN_ERROR')) console.log(line);
};

/** Begins the tenant's end for good; answers the operation. */
export const eraseTenant = async (root: Client, slug: string): Promise<string> => {
  const found = await root.query<{ tenantBySlug: { id: string; version: number } }>(`{ tenantBySlug(slug: "${slug}") { id version } }`);
  const input = { ...found.data?.tenantBySlug, confirmSlug: slug, mode: 'HARD' };
  return (await mutate<{ operation: { id: string } }>(root, 'deleteTenant', input, 'operation { id }')).operation.id;
};

/** Looks until it is right, and answers what was seen then. */
export const until = async <T>(look: () => Promise<T>, right: (found: T) => boolean, withinMs: number): Promise<T> => {
  for (const end = Date.now() + withinMs; ; await pause(100)) {
    const found = await look();
    if (right(found)) return found;
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(found)}`);
  }
};
