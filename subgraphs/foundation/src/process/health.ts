import type { FastifyInstance } from 'fastify';

/** Something the platform needs, or merely would like to have. */
export interface Dependency {
  readonly name: string;
  /** Rejects when it is away. */
  ping(): Promise<void>;
}

export interface HealthDeps {
  /** Without it nothing can be answered: readiness follows it for good. */
  readonly database: Dependency;
  /** Asked anew each time, since plugins come and go. */
  others(): Promise<readonly Dependency[]>;
  /** Whether what a start has to do (migrations, demo data) is done. */
  prepared(): boolean;
  readonly clock: () => Date;
}

interface Finding {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly latencyMs: number;
}

const graceMs = 15_000;

/** `/health/live`, and `/health/ready` with each dependency's latency. After the start only PostgreSQL or a drain makes it unready. */
export const registerHealth = (server: FastifyInstance, deps: HealthDeps) => {
  const startedAt = deps.clock().getTime();
  let settled = false;
  let draining = false;

  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const [database, others] = await Promise.all([look(deps.database), deps.others().then((all) => Promise.all(all.map(look)))]).catch(
      () => [{ name: deps.database.name, status: 'down', latencyMs: 0 } as Finding, []] as const,
    );
    const allUp = others.every(({ status }) => status === 'up');
    settled ||= deps.prepared() && (allUp || deps.clock().getTime() - startedAt > graceMs);
    const ready = settled && database.status === 'up' && !draining;
    const status = ready ? (allUp ? 'ready' : 'degraded') : draining ? 'draining' : settled ? 'unavailable' : 'starting';
    return reply
      .status(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, dependencies: [database, ...others] });
  });
  return {
    drain: () => {
      draining = true;
    },
  };
};

const look = async ({ name, ping }: Dependency): Promise<Finding> => {
  const started = performance.now();
  const status = await Promise.race([
    ping().then(
      () => 'up' as const,
      () => 'down' as const,
    ),
    new Promise<'down'>((resolve) => setTimeout(resolve, 2_000, 'down').unref()),
  ]);
  return { name, status, latencyMs: Math.round((performance.now() - started) * 10) / 10 };
};
