import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { TenantKey } from './database.ts';
import { AuditEntry } from './foundation.entities.ts';
import { aTestDatabase } from './testing/test-database.ts';

const acme: TenantKey = { id: '01890000-0000-7000-8000-000000000001', slug: 'acme-corp' };
const globex: TenantKey = { id: '01890000-0000-7000-8000-000000000002', slug: 'globex-inc' };

const twoTenants = async () => {
  const test = await aTestDatabase();
  await Promise.all([test.database.createTenantSchema(acme), test.database.createTenantSchema(globex)]);
  return test;
};

const asLogin = async (url: string, ...statements: string[]) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements.slice(0, -1)) await client.query(statement);
    return (await client.query(statements.at(-1) ?? '')).rows;
  } finally {
    await client.end();
  }
};

describe('working as a tenant', () => {
  it('reads nothing of another tenant, even when the code names its schema', async () => {
    await using test = await twoTenants();
    const theft = test.database.tenant(acme.id, (em) =>
      em.getConnection().execute('select * from tenant_globex_inc.audit_entry', [], 'all', em.getTransactionContext()),
    );
    await expect(theft).rejects.toThrow(/permission denied/);
  });

  it('fails closed for a tenant that does not exist', async () => {
    await using test = await twoTenants();
    await expect(test.database.tenant('01890000-0000-7000-8000-00000000dead', async () => {})).rejects.toMatchObject({
      code: 'TENANT_NOT_FOUND',
    });
  });

  it('leaves nothing on the pooled connection', async () => {
    await using test = await twoTenants();
    await test.database.tenant(acme.id, (em) => em.find(AuditEntry, {}));
    const rows = await test.database.platform((em) =>
      em.getConnection().execute('select current_user as name', [], 'all', em.getTransactionContext()),
    );
    expect(rows).toEqual([{ name: `${test.installation}_app` }]);
  });

  it('can add to the audit log, but never change or delete it', async () => {
    await using test = await twoTenants();
    const entry = { id: acme.id, at: new Date(), action: 'test' };
    await test.database.tenant(acme.id, async (em) => void em.create(AuditEntry, entry));
    await expect(test.database.tenant(acme.id, (em) => em.nativeDelete(AuditEntry, {}))).rejects.toThrow(/permission denied/);
    await expect(test.database.tenant(acme.id, (em) => em.nativeUpdate(AuditEntry, {}, { action: 'other' }))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('writes to the outbox only in its own name', async () => {
    await using test = await twoTenants();
    const insert = (columns: string, values: string) =>
      test.database.tenant(acme.id, (em) =>
        em
          .getConnection()
          .execute(
            `insert into plexica.outbox (event_id, tenant_id, kind, name, data${columns}) values (gen_random_uuid(), '${globex.id}', 'event', 'user.created', '{}'${values})`,
            [],
            'run',
            em.getTransactionContext(),
          ),
      );
    await insert('', '');
    await expect(insert(', recorded_by', `, '${test.installation}_tenant_globex_inc'`)).rejects.toThrow(/permission denied/);
    expect(await asLogin(test.ownerUrl, 'select tenant_id from plexica.outbox')).toEqual([{ tenant_id: acme.id }]);
    await expect(
      test.database.tenant(acme.id, (em) =>
        em.getConnection().execute('select * from plexica.outbox', [], 'all', em.getTransactionContext()),
      ),
    ).rejects.toThrow(/permission denied/);
  });
});

describe('the login that serves requests', () => {
  it('owns nothing and reads no tenant without taking its role', async () => {
    await using test = await twoTenants();
    await expect(asLogin(test.url, 'select * from tenant_acme_corp.audit_entry')).rejects.toThrow(/permission denied/);
    const owned = await asLogin(
      test.ownerUrl,
      `select count(*)::int as count from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = '${test.installation}_app'`,
    );
    expect(owned).toEqual([{ count: 0 }]);
    await expect(asLogin(test.url, 'create schema mine')).rejects.toThrow(/permission denied/);
  });
});

describe('the login of a plugin installation', () => {
  const notes = [{ name: '0001-notes', sql: 'create table note (id int primary key, text text)' }];

  it('reaches its own schema and nothing else, whatever role it asks for', async () => {
    await using test = await twoTenants();
    const own = await test.database.createPluginSchema(acme, 'notes', notes);
    await test.database.createPluginSchema(globex, 'notes', notes);
    await test.database.createPluginSchema(acme, 'other', notes);

    expect(await asLogin(own.url, "insert into note values (1, 'kept')", 'select text from note')).toEqual([{ text: 'kept' }]);
    for (const table of [
      'tenant_globex_inc__notes.note',
      'tenant_acme_corp__other.note',
      'tenant_acme_corp.audit_entry',
      'plexica.outbox',
      'plexica.signing_key',
    ]) {
      await expect(asLogin(own.url, `select * from ${table}`), table).rejects.toThrow(/permission denied/);
      await expect(asLogin(own.url, 'reset role', `select * from ${table}`), table).rejects.toThrow(/permission denied/);
    }
    const roles = await asLogin(test.ownerUrl, "select role from plexica.tenant_schema where slug = 'acme-corp'");
    for (const role of [roles[0]?.role, ...['app', 'owner', 'tenants'].map((role) => `${test.installation}_${role}`)]) {
      await expect(asLogin(own.url, `set role ${role}`)).rejects.toThrow(/permission denied/);
    }
    await expect(asLogin(own.url, 'create schema mine')).rejects.toThrow(/permission denied/);
    await expect(asLogin(own.url, 'create role friend')).rejects.toThrow(/permission denied/);
    expect(await test.database.countPluginRecords(acme, 'notes')).toEqual({ note: 1 });
  });

  it('runs its migrations with no more rights than that', async () => {
    await using test = await twoTenants();
    const hostile = [{ name: '0001-steal', sql: 'create table stolen as select * from tenant_globex_inc.audit_entry' }];
    await expect(test.database.createPluginSchema(acme, 'notes', hostile)).rejects.toThrow(/permission denied/);
  });

  it('is gone after the plugin schema was dropped, together with its rows', async () => {
    await using test = await twoTenants();
    const { url } = await test.database.createPluginSchema(acme, 'notes', notes);
    await test.database.dropPluginSchema(acme, 'notes');
    await test.database.dropPluginSchema(acme, 'notes');
    await expect(asLogin(url, 'select 1')).rejects.toThrow();
  });
});

describe('dropping a tenant', () => {
  it('leaves no schema and no role, also of its plugins, and may be done twice', async () => {
    await using test = await twoTenants();
    await test.database.createPluginSchema(acme, 'notes', []);
    await test.database.dropTenantSchema(acme);
    await test.database.dropTenantSchema(acme);
    const left = await asLogin(test.superuserUrl, `select rolname from pg_roles where rolname like '${test.installation}%acme%'`);
    expect(left).toEqual([]);
    await test.database.createTenantSchema(acme);
  });

  it('never takes over a schema that is not its own', async () => {
    await using test = await twoTenants();
    const namesake = { id: '01890000-0000-7000-8000-000000000009', slug: 'acme-corp' };
    await expect(test.database.createTenantSchema(namesake)).rejects.toMatchObject({ code: 'SCHEMA_EXISTS' });
  });
});
