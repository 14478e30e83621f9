import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { beginLate } from './begin-late.ts';
import { aTestDatabase } from './testing/index.ts';

/** A connection, and each message that goes to the server over it. */
const aConnection = async () => {
  const test = await aTestDatabase();
  const client = new pg.Client({ connectionString: test.superuserUrl });
  await client.connect();
  await client.query('create temp table note (text text)');
  const sent: string[] = [];
  const send = beginLate(
    (...args) => {
      sent.push(String(args[0]));
      return Reflect.apply(client.query, client, args);
    },
    () => {},
  );
  return {
    sent,
    query: async (sql: string, values?: unknown[]) => (await send(sql, values)) as pg.QueryResult,
    async [Symbol.asyncDispose]() {
      await client.end();
      await test[Symbol.asyncDispose]();
    },
  };
};

describe('a transaction', () => {
  it('begins with its first statement, as its role', async () => {
    await using connection = await aConnection();
    await connection.query('begin');
    await connection.query('set local role pg_monitor');
    const { rows } = await connection.query('select current_user::text as me');
    await connection.query('commit');

    expect(rows).toEqual([{ me: 'pg_monitor' }]);
    expect(connection.sent).toEqual(['begin; set local role pg_monitor; select current_user::text as me', 'commit']);
    expect((await connection.query('select current_user::text as me')).rows).not.toEqual(rows);
  });

  it('runs nothing where its role is not there', async () => {
    await using connection = await aConnection();
    await connection.query('begin');
    await connection.query('set local role nobody_has_this');

    await expect(connection.query("insert into note values ('a')")).rejects.toMatchObject({ code: '22023' });
    await expect(connection.query("insert into note values ('b')")).rejects.toMatchObject({ code: '25P02' });
    await connection.query('rollback');
    expect((await connection.query('select * from note')).rows).toEqual([]);
  });

  it('holds its caller until what it wrote is committed, or taken back', async () => {
    await using connection = await aConnection();
    for (const end of ['commit', 'rollback']) {
      await connection.query('begin');
      await connection.query('select 1');
      await connection.query('insert into note values ($1)', [end]);
      await connection.query(end);
    }
    await connection.query('begin');
    await connection.query('insert into note values ($1)', ['with values']);
    await connection.query('commit');
    expect((await connection.query('select text from note')).rows).toEqual([{ text: 'commit' }, { text: 'with values' }]);
  });

  it('asks the server nothing where nothing is done in it', async () => {
    await using connection = await aConnection();
    for (const end of ['commit', 'rollback']) {
      await connection.query('begin');
      await connection.query(end);
    }
    expect(connection.sent).toEqual([]);
  });
});
