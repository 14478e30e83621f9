import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapCluster } from './cluster.ts';
import { createDatabase } from './create-database.ts';
import { platformTenant } from './database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts';
import { postgresUser } from './embedded/postgres-user.ts';

/** A certificate for `localhost`, and a key as PostgreSQL wants it: its own user's alone. */
const aCertificate = async (folder: string, name: string) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  const user = postgresUser();
  if (user) await chown(files.key, user.uid, user.gid);
  return files;
};

describe('a database that wants TLS', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let logins: { url: string; ownerUrl: string };
  let trusted: string;
  let stranger: string;

  beforeAll(async () => {
    folder = await mkdtemp('/var/tmp/plexica-tls-');
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'tls'));
    const own = await aCertificate(join(folder, 'tls'), 'server');
    trusted = own.cert;
    stranger = (await aCertificate(join(folder, 'tls'), 'stranger')).cert;
    server = await startEmbeddedPostgres({ folder, settings: { ssl: 'on', ssl_cert_file: own.cert, ssl_key_file: own.key } });
    logins = await bootstrapCluster(server.url, { installation: 'tls' });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (parameters: string, host = 'localhost') => {
    const [url, ownerUrl] = [logins.url, logins.ownerUrl].map((login) => `${login.replace('127.0.0.1', host)}?${parameters}`);
    return createDatabase({ url: url ?? '', ownerUrl: ownerUrl ?? '', installation: 'tls', modules: [] });
  };

  it('is reached over TLS by every connection, a plugin’s login included', async () => {
    const database = await open(`sslmode=verify-full&sslrootcert=${trusted}`);
    await database.createTenantSchema(platformTenant);
    await database.ping();
    const { url } = await database.createPluginSchema(platformTenant, 'notes', [{ name: '0001', sql: 'create table note (text text)' }]);

    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query(
      `select application_name, bool_and(ssl) as encrypted from pg_stat_activity join pg_stat_ssl using (pid) where datname = 'tls' group by 1`,
    );
    expect(rows).toEqual(expect.arrayContaining([{ application_name: 'plexica', encrypted: true }]));
    expect(rows.filter(({ encrypted }) => !encrypted)).toEqual([]);
    expect(new URL(url).search).toBe('?sslmode=verify-full');
    await client.end();
    await database.stop();
  });

  it('is known by its certificate and its name, as far as was asked', async () => {
    for (const [parameters, host] of [
      ['sslmode=require', '127.0.0.1'],
      [`sslmode=verify-ca&sslrootcert=${trusted}`, '127.0.0.1'],
    ] as const)
      await (await open(parameters, host)).stop();

    await expect(open(`sslmode=verify-full&sslrootcert=${trusted}`, '127.0.0.1')).rejects.toThrow(/altnames|Hostname/);
    await expect(open(`sslmode=verify-ca&sslrootcert=${stranger}`)).rejects.toThrow(/self-signed|verify/);
    await expect(open('sslmode=verify-full')).rejects.toThrow(/self-signed|verify/);
  });
});
