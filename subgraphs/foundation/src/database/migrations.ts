import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { SqlMigration } from './database.ts';
import { quoted } from './names.ts';

/** A migration that was released and changed afterwards; the ledger knows better. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';

  constructor(migration: string, schema: string) {
    super(`Migration ${migration} was applied to ${schema} with another text. A released migration never changes: add a new one.`);
  }
}

/**
 * Brings one schema up to date, each migration in a transaction with its note in the schema's own ledger.
 * An advisory lock keeps two processes from migrating the same schema at once.
 */
export const migrateSchema = async (
  client: pg.ClientBase,
  schema: string,
  migrations: readonly SqlMigration[],
  role?: string,
): Promise<string[]> => {
  const applied: string[] = [];
  const ledger = `${quoted(schema)}.migration`;
  await client.query('select pg_advisory_lock(hashtext($1))', [`plexica.migrate.${schema}`]);
  try {
    await client.query(
      `create table if not exists ${ledger} (name text primary key, digest text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string; digest: string }>(`select name, digest from ${ledger}`);
    const known = new Map(rows.map(({ name, digest }) => [name, digest]));
    for (const { name, sql } of migrations) {
      const digest = createHash('sha256').update(sql).digest('hex');
      if (known.has(name)) {
        if (known.get(name) !== digest) throw new MigrationChanged(name, schema);
        continue;
      }
      await apply(client, schema, sql, role, () => client.query(`insert into ${ledger} (name, digest) values ($1, $2)`, [name, digest]));
      applied.push(name);
    }
    return applied;
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [`plexica.migrate.${schema}`]);
  }
};

const apply = async (
  client: pg.ClientBase,
  schema: string,
  sql: string,
  role: string | undefined,
  note: () => Promise<unknown>,
): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(`set local search_path to ${quoted(schema)}`);
    if (role) await client.query(`set local role ${quoted(role)}`);
    await client.query(sql);
    if (role) await client.query('reset role');
    await note();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};
