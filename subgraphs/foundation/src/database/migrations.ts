import { createHash } from 'node:crypto';
import type pg from 'pg';
import { withAdvisoryLock } from './advisory-lock.ts';
import type { SqlMigration } from './database.ts';
import { quoted } from './names.ts';

/** A migration that was released and changed afterwards; the ledger knows better. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';

  constructor(migration: string, schema: string) {
    super(`Migration ${migration} was applied to ${schema} with another text. A released migration never changes: add a new one.`);
  }
}

/** Work on one schema while no other process works on it. */
export const withSchemaLock = <T>(client: pg.ClientBase, schema: string, work: () => Promise<T>): Promise<T> =>
  withAdvisoryLock(client, `plexica.migrate.${schema}`, work);

/** Where a schema notes its migrations. */
export const ensureLedger = (client: pg.ClientBase, schema: string): Promise<unknown> =>
  client.query(
    `create table if not exists ${ledgerOf(schema)} (name text primary key, digest text not null, applied_at timestamptz not null default now())`,
  );

/** Brings one schema up to date under its lock, with its ledger there: each migration in a transaction with its note. Answers what it applied. */
export const applyMigrations = async (client: pg.ClientBase, schema: string, migrations: readonly SqlMigration[]): Promise<string[]> => {
  const applied: string[] = [];
  const { rows } = await client.query<{ name: string; digest: string }>(`select name, digest from ${ledgerOf(schema)}`);
  const known = new Map(rows.map(({ name, digest }) => [name, digest]));
  for (const { name, sql } of migrations) {
    const digest = createHash('sha256').update(sql).digest('hex');
    if (known.has(name)) {
      if (known.get(name) !== digest) throw new MigrationChanged(name, schema);
      continue;
    }
    await apply(client, schema, { name, sql, digest });
    applied.push(name);
  }
  return applied;
};

/** All of the above, by one client. */
export const migrateSchema = (client: pg.ClientBase, schema: string, migrations: readonly SqlMigration[]): Promise<string[]> =>
  withSchemaLock(client, schema, async () => {
    await ensureLedger(client, schema);
    return applyMigrations(client, schema, migrations);
  });

const apply = async (
  client: pg.ClientBase,
  schema: string,
  { name, sql, digest }: SqlMigration & { readonly digest: string },
): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(`set local search_path to ${quoted(schema)}`);
    await client.query(sql);
    await client.query(`insert into ${ledgerOf(schema)} (name, digest) values ($1, $2)`, [name, digest]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
};

export const ledgerOf = (schema: string): string => `${quoted(schema)}.migration`;
