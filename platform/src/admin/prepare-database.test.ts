import { readClusterEnvironment } from '@plexica/foundation';
import { loginUrl } from '@plexica/foundation/database';
import { testServerUrl } from '@plexica/foundation/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { prepareDatabase } from './prepare-database.ts';

const prepare = (variables: Record<string, string>) =>
  prepareDatabase(readClusterEnvironment({ DATABASE_SUPERUSER_URL: testServerUrl(), ...variables }));

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('preparing a server for an installation', () => {
  const name = `c${Math.random().toString(36).slice(2, 10)}`;
  const login = (role: string, password: string, database = name) => loginUrl(testServerUrl(), database, { name: role, password });

  it('makes the logins and databases that the URLs name, also a second time with other passwords', async () => {
    const urls = (password: string) => ({
      PLEXICA_INSTALLATION: name,
      DATABASE_URL: login(`${name}_app`, password),
      DATABASE_OWNER_URL: login(`${name}_owner`, password),
      KEYCLOAK_DATABASE_URL: login(`${name}_keycloak`, password, `${name}_keycloak`),
    });

    await prepare(urls('first'));
    await prepare(urls('second'));

    const { DATABASE_URL, DATABASE_OWNER_URL, KEYCLOAK_DATABASE_URL } = urls('second');
    await ask(DATABASE_OWNER_URL, 'create schema made_by_owner');
    await expect(ask(DATABASE_URL, 'create schema made_by_app')).rejects.toThrow('permission denied');
    await ask(KEYCLOAK_DATABASE_URL, 'create table made_by_keycloak ()');
    await expect(ask(login(`${name}_app`, 'second', `${name}_keycloak`), 'select 1')).rejects.toThrow('permission denied');
    await expect(ask(urls('first').DATABASE_URL, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('refuses URLs of other logins than it makes', async () => {
    const variables = { PLEXICA_INSTALLATION: name, DATABASE_URL: login('somebody', 'x'), DATABASE_OWNER_URL: login(`${name}_owner`, 'x') };

    await expect(prepare(variables)).rejects.toThrow(`${name}_app`);
  });
});
