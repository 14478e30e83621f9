import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { quoted } from './names.ts';

export interface ClusterOptions {
  /** Prefix of the logins, and the name of the database. */
  readonly installation: string;
  readonly passwords?: { readonly owner: string; readonly app: string };
}

/** The two logins of an installation, as URLs. */
export interface ClusterLogins {
  readonly url: string;
  readonly ownerUrl: string;
}

/** Makes the database and its two logins on a server of our own: the owner makes schemas and roles, the app owns nothing. Idempotent. */
export const bootstrapCluster = async (superuserUrl: string, { installation, passwords }: ClusterOptions): Promise<ClusterLogins> => {
  const owner = { name: `${installation}_owner`, password: passwords?.owner ?? randomBytes(18).toString('hex') };
  const app = { name: `${installation}_app`, password: passwords?.app ?? randomBytes(18).toString('hex') };
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await putLogin(client, owner, 'CREATEROLE NOSUPERUSER INHERIT');
    await putLogin(client, app, 'NOCREATEROLE NOSUPERUSER NOINHERIT');
    await putDatabase(client, installation, owner.name);
    await client.query(`grant connect on database ${quoted(installation)} to ${quoted(app.name)}`);
    await closeOtherDatabases(client);
  } finally {
    await client.end();
  }
  await closeDatabase(loginUrl(superuserUrl, installation), [owner.name, app.name]);
  return { url: loginUrl(superuserUrl, installation, app), ownerUrl: loginUrl(superuserUrl, installation, owner) };
};

/** Makes a database with a login of its own beside ours, for a service that shares the server. Idempotent. */
export const bootstrapNeighbour = async (superuserUrl: string, login: Login, database = login.name): Promise<void> => {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await putLogin(client, login, 'NOCREATEROLE NOSUPERUSER');
    await putDatabase(client, database, login.name);
  } finally {
    await client.end();
  }
};

const putDatabase = async (client: pg.Client, name: string, owner: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (!rowCount) await client.query(`create database ${quoted(name)} owner ${quoted(owner)}`);
  await client.query(`revoke all on database ${quoted(name)} from public`);
};

interface Login {
  readonly name: string;
  readonly password: string;
}

const putLogin = async (client: pg.Client, { name, password }: Login, attributes: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  await client.query(`${rowCount ? 'alter' : 'create'} role ${quoted(name)} login ${attributes} password ${pg.escapeLiteral(password)}`);
};

// Whoever may log in may enter these by default, a plugin as well.
const closeOtherDatabases = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
      where d.datname in ('postgres', 'template1') and a.grantee = 0 group by datname`,
  );
  if (!rows.length) return;
  await client.query(`select pg_advisory_lock(hashtextextended('plexica.bootstrap', 0))`);
  try {
    for (const { datname } of rows) await client.query(`revoke all on database ${quoted(datname)} from public`);
  } finally {
    await client.query(`select pg_advisory_unlock(hashtextextended('plexica.bootstrap', 0))`);
  }
};

/**
 * What PostgreSQL lets everybody do in a database and a plugin must not: advisory locks, which are one space for all (with them it
 * could hold up everybody's events and operations), and large objects, which lie outside its schema.
 */
const closeDatabase = async (url: string, logins: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; lock: boolean }>(
      `select p.oid::regprocedure::text as name, p.proname ~ 'advisory' as lock
         from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '^(pg_(try_)?advisory_|lo_|loread$|lowrite$)' and a.grantee = 0`,
    );
    const functions = (found: typeof rows) => found.map(({ name }) => name).join(', ');
    const locks = rows.filter(({ lock }) => lock);
    const statements = ['revoke all on schema public from public'];
    if (rows.length) statements.push(`revoke execute on function ${functions(rows)} from public`);
    if (locks.length) statements.push(`grant execute on function ${functions(locks)} to ${logins.map(quoted).join(', ')}`);
    await client.query(statements.join('; '));
  } finally {
    await client.end();
  }
};

/** The URL of a login on the server of another; without a login, of the same one in another database. */
export const loginUrl = (serverUrl: string, database: string, login?: Login): string => {
  const url = new URL(serverUrl);
  if (login) Object.assign(url, { username: login.name, password: login.password });
  url.pathname = `/${database}`;
  return url.href;
};
