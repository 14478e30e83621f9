import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from '@plexica/foundation/testing';
import { describe, expect, it } from 'vitest';
import { aHome } from '../../test/a-home.ts';
import type { ProcessMessage } from '../../test/provisioning-process.ts';

const script = fileURLToPath(new URL('../../test/provisioning-process.ts', import.meta.url));
const steps = ['schema', 'realm', 'bucket', 'roles', 'admin', 'activate'];
// A step's work is committed when it `ran`, the note of it when it is `noted`.
// `made`: the realm or bucket is there, and the step has not come back yet. `within`: some milliseconds into the work.
const kills = [
  { step: 'schema', at: 'before' },
  ...steps.flatMap((step) => ['ran', 'noted'].map((at) => ({ step, at }))),
  ...['realm', 'bucket'].map((step) => ({ step, at: 'made' })),
  ...['schema', 'schema', 'activate'].map((step) => ({ step, at: 'within' })),
];
const someMilliseconds = 15;

interface Accepted {
  readonly slug: string;
  readonly tenantId: string;
  readonly operationId: string;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const start = (environment: NodeJS.ProcessEnv, slug: string, earlier: readonly Accepted[]): ChildProcess =>
  spawn(process.execPath, [script, slug, ...earlier.map(({ operationId }) => operationId)], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Lets a new process accept a tenant, then kills it at the boundary. Earlier tenants go on in it meanwhile. */
const killAt = async (
  kill: (typeof kills)[number],
  slug: string,
  environment: NodeJS.ProcessEnv,
  earlier: readonly Accepted[],
): Promise<Accepted> => {
  const child = start(environment, slug, earlier);
  let accepted: Accepted | undefined;
  let reached = false;
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const message = JSON.parse(line) as ProcessMessage;
    if (message.kind === 'accepted') accepted = { slug, tenantId: message.tenantId, operationId: message.operationId };
    if (message.kind === 'boundary') {
      const within = kill.at === 'within' && message.at === 'before';
      reached = message.step === kill.step && (message.at === kill.at || within);
      if (!reached || within) child.stdin?.write('on\n');
      if (reached && within) await pause(Math.random() * someMilliseconds);
    }
    if (reached && accepted) break;
  }
  child.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  if (!accepted) throw new Error(`The process ended before it accepted ${slug}.`);
  return accepted;
};

describe('a process killed while it provisions', () => {
  it('leaves every accepted tenant to the next one, which makes it ACTIVE and orphans nothing', { timeout: 240_000 }, async () => {
    await built('@plexica/tenancy');
    await using home = await aHome();
    const accepted: Accepted[] = [];
    for (const [index, kill] of kills.entries()) {
      accepted.push(await killAt(kill, `tenant-${index + 1}`, home.variables, accepted));
      console.log(`killed at ${kill.step}: ${kill.at}`);
    }

    const last = start(home.variables, '', accepted);
    const ended = await Promise.all(accepted.map(({ operationId }) => home.ended(operationId)));
    last.kill('SIGKILL');
    await once(last, 'exit');

    expect(ended).toEqual(accepted.map(() => 'SUCCEEDED'));
    const slugs = accepted.map(({ slug }) => slug).sort();
    const schemas = slugs.map((slug) => `tenant_${slug.replace('-', '_')}`);
    expect(await home.column('select slug from plexica.tenant order by slug')).toEqual(slugs);
    expect(await home.column('select distinct status from plexica.tenant')).toEqual(['ACTIVE']);
    expect((await home.column("select nspname from pg_namespace where nspname like 'tenant%'")).sort()).toEqual([...schemas].sort());
    expect(await home.column(`select rolname from pg_roles where rolname like '${home.installation}\\_tenant\\_%'`)).toHaveLength(
      slugs.length,
    );
    expect(await home.column('select slug from plexica.issuer_realm order by slug')).toEqual(slugs);
    expect((await readdir(join(home.folder, 'storage'))).sort()).toEqual(slugs.map((slug) => `${home.installation}-tenant-${slug}`).sort());
    for (const schema of schemas) expect(await home.column(`select name from ${schema}.first_row`)).toHaveLength(4);
    const created = await home.column("select tenant_id::text from plexica.outbox where name = 'tenant.created'");
    expect([...created].sort()).toEqual(accepted.map(({ tenantId }) => tenantId).sort());
  });
});
