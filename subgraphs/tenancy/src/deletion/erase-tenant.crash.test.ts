import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from '@plexica/foundation/testing';
import { describe, expect, it } from 'vitest';
import { aHome } from '../../test/a-home.ts';
import type { ErasingMessage } from '../../test/erasing-process.ts';

const script = fileURLToPath(new URL('../../test/erasing-process.ts', import.meta.url));
const steps = ['realm', 'schema', 'bucket', 'plugins', 'events', 'tombstone'];

const start = (environment: NodeJS.ProcessEnv, ...words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [script, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Lets a new process make a tenant and erase it, and kills it when the step is done but not noted. Answers the operation. */
const killAfter = async (step: string, slug: string, environment: NodeJS.ProcessEnv): Promise<string> => {
  const child = start(environment, 'stop', slug);
  let operationId = '';
  let reached = false;
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const message = JSON.parse(line) as ErasingMessage;
    if (message.kind === 'erasing') operationId = message.operationId;
    if (message.kind === 'boundary') {
      reached ||= message.step === step && message.at === 'ran';
      if (!reached) child.stdin?.write('on\n');
    }
    if (reached && operationId) break;
  }
  child.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  return operationId;
};

describe('a process killed while it erases a tenant', () => {
  it('leaves the rest to the next one, which erases everything, and nothing of another tenant', { timeout: 240_000 }, async () => {
    await built('@plexica/tenancy');
    await using home = await aHome();
    const kept = start(home.variables, 'on', 'gone', 'kept');
    for await (const line of createInterface({ input: kept.stdout ?? process.stdin }))
      if ((JSON.parse(line) as ErasingMessage).kind === 'erasing') break;
    kept.kill('SIGKILL');
    await once(kept, 'exit');
    const begun: string[] = [];
    // Each new process first meets what the one before it left.
    for (const [index, step] of steps.entries()) begun.push(await killAfter(step, `tenant-${index + 1}`, home.variables));

    const last = start(home.variables, 'on');
    const ended = await Promise.all(begun.map((id) => home.ended(id)));
    await expect.poll(() => home.column("select 1 from plexica.tenant where status = 'PENDING_DELETION'"), { timeout: 30_000 }).toEqual([]);
    last.kill('SIGKILL');
    await once(last, 'exit');

    expect(ended).toEqual(steps.map(() => 'SUCCEEDED'));
    expect(await home.column("select slug from plexica.tenant where status = 'ACTIVE'")).toEqual(['kept']);
    expect(await home.column("select distinct name from plexica.tenant where status = 'DELETED' and name <> slug")).toEqual([]);
    expect(await home.column("select nspname from pg_namespace where nspname like 'tenant%'")).toEqual(['tenant_kept']);
    expect(await home.column(`select 1 from pg_roles where rolname like '${home.installation}\\_tenant\\_%'`)).toHaveLength(1);
    expect(await home.column('select slug from plexica.issuer_realm')).toEqual(['kept']);
    expect(await readdir(join(home.folder, 'storage'))).toEqual([`${home.installation}-tenant-kept`]);
    const told = await home.column("select tenant_slug || ' ' || name from plexica.outbox where kind = 'event' order by 1");
    const gone = [...steps.map((_, index) => `tenant-${index + 1}`), 'gone'].map((slug) => `${slug} tenant.deleted`);
    expect([...told].sort()).toEqual([...gone, 'kept tenant.created'].sort());
    const traces =
      "select 1 from plexica.operation where input::text like '%@tenant%' union all select 1 from plexica.outbox where data::text like '%@tenant%'";
    expect(await home.column(traces)).toEqual([]);
  });
});
