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
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [installation]);
    if (!rowCount) await client.query(`create database ${quoted(installation)} owner ${quoted(owner.name)}`);
    await client.query(`revoke all on database ${quoted(installation)} from public`);
    await client.query(`grant connect on database ${quoted(installation)} to ${quoted(app.name)}`);
  } finally {
    await client.end();
  }
  return { url: loginUrl(superuserUrl, installation, app), ownerUrl: loginUrl(superuserUrl, installation, owner) };
};

interface Login {
  readonly name: string;
  readonly password: string;
}

const putLogin = async (client: pg.Client, { name, password }: Login, attributes: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  await client.query(`${rowCount ? 'alter' : 'create'} role ${quoted(name)} login ${attributes} password ${pg.escapeLiteral(password)}`);
};

export const loginUrl = (serverUrl: string, database: string, { name, password }: Login): string => {
  const url = new URL(serverUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
};
