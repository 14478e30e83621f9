import { defineEntity, p } from '@mikro-orm/core';
import { describe, expect, it } from 'vitest';
import { tenantSchemaName } from './names.ts';
import { schemaDifference } from './schema-difference.ts';
import { aTestDatabase } from './testing/index.ts';

const Note = defineEntity({
  name: 'Note',
  tableName: 'note',
  schema: '*',
  properties: { id: p.uuid().primary(), text: p.text(), stars: p.integer().nullable() },
});
const Place = defineEntity({
  name: 'Place',
  tableName: 'place',
  schema: 'plexica',
  properties: { id: p.uuid().primary(), name: p.text() },
});
const acme = { id: '01890000-0000-7000-8000-000000000001', slug: 'acme' };

describe('comparing entities with a migrated database', () => {
  it('finds columns of tenants and tables of the platform that no migration makes, and nothing else', async () => {
    const entities = [Note, Place] as never;
    const tenantMigrations = [{ name: '0001-note', sql: 'create table note (id uuid primary key, text text not null)' }];
    await using test = await aTestDatabase({ modules: [{ name: 'notes', entities, sharedMigrations: [], tenantMigrations }] });
    await test.database.createTenantSchema(acme);

    const { shared, tenant } = await schemaDifference(test.ownerUrl, { entities }, tenantSchemaName(acme.slug));

    expect(tenant).toBe('alter table "note" add "stars" int null;');
    expect(shared).toContain('create table "place" ("id" uuid not null, "name" text not null');
    expect(shared.split('\n')).toHaveLength(1);
  });
});
