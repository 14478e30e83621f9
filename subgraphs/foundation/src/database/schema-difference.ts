import { EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import type { PersistenceModule } from './database.ts';
import { quoted } from './names.ts';

export interface SchemaDifference {
  /** What the shared schema `plexica` lacks. */
  readonly shared: string;
  /** What a tenant's schema lacks. */
  readonly tenant: string;
}

type Entities = PersistenceModule['entities'];

/**
 * The SQL that brings a migrated database to where a module's entities are, without schema names, as migrations have it.
 * Only what adds: nothing is dropped or narrowed by a comparison.
 */
export const schemaDifference = async (
  ownerUrl: string,
  { entities }: Pick<PersistenceModule, 'entities'>,
  tenantSchema: string,
): Promise<SchemaDifference> => {
  const ofTenants = (entity: Entities[number]) => entity instanceof EntitySchema && entity.meta.schema === '*';
  return {
    shared: await lacking(
      ownerUrl,
      entities.filter((entity) => !ofTenants(entity)),
      'plexica',
    ),
    tenant: await lacking(ownerUrl, entities.filter(ofTenants), tenantSchema),
  };
};

const lacking = async (ownerUrl: string, entities: Entities, schema: string): Promise<string> => {
  if (!entities.length) return '';
  const orm = await MikroORM.init({ clientUrl: ownerUrl, entities: [...entities], schema });
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ schema, safe: true, dropTables: false, wrap: false });
    return statementsOf(sql)
      .filter((statement) => adds.test(statement))
      .map((statement) => `${statement.replaceAll(`${quoted(schema)}.`, '')};`)
      .join('\n');
  } finally {
    await orm.close(true);
  }
};

const adds = /^(alter table \S+ add |create table |create (unique )?index )/;

const statementsOf = (sql: string): string[] =>
  sql
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean);
