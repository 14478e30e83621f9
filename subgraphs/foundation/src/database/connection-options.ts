import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type pg from 'pg';
import { z } from 'zod';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What a database URL may say besides where the server is; the names are those of libpq where it has one. */
const parameters = z.strictObject({
  pool_max: whole(1, 500).optional(),
  connect_timeout: whole(1, 300).optional(),
  statement_timeout: whole(0, 3_600_000).optional(),
  sslmode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']).optional(),
  sslrootcert: z.string().optional(),
});

export type UrlParameters = z.infer<typeof parameters>;

/** What is wrong with the parameters of a database URL. */
export const urlProblems = (url: string): string[] => {
  if (!URL.canParse(url)) return ['is no URL'];
  const read = parameters.safeParse(Object.fromEntries(new URL(url).searchParams));
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.') || 'parameters'}: ${message}`);
};

/** How long whoever asks waits on a server that says nothing, beyond the time that the server itself allows a statement. */
const silenceMs = 2_000;

type Options = pg.PoolConfig & { readonly max: number };

/** Everything `pg` needs to know, from a URL and what holds where the URL says nothing. */
export const connectionOptions = (
  url: string,
  otherwise: { readonly poolMax: number; readonly statementTimeoutMs: number; readonly applicationName?: string },
): Options => {
  const place = new URL(url);
  const { pool_max, connect_timeout = 5, statement_timeout, ...tls } = parameters.parse(Object.fromEntries(place.searchParams));
  place.search = '';
  const timeoutMs = statement_timeout ?? otherwise.statementTimeoutMs;
  return {
    connectionString: place.href,
    max: pool_max ?? otherwise.poolMax,
    connectionTimeoutMillis: connect_timeout * 1000,
    keepAlive: true,
    ssl: tlsOf(tls),
    ...(otherwise.applicationName && { application_name: otherwise.applicationName }),
    // The server ends what takes too long; a server that hangs ends nothing, so the client gives up a little later.
    ...(timeoutMs > 0 && { statement_timeout: timeoutMs, query_timeout: timeoutMs + silenceMs }),
  };
};

/** As libpq means it: `require` encrypts for whoever answers, `verify-ca` and `verify-full` ask who it is. */
const tlsOf = ({ sslmode = 'disable', sslrootcert }: Pick<UrlParameters, 'sslmode' | 'sslrootcert'>): TlsOptions | false => {
  if (sslmode === 'disable') return false;
  if (sslmode === 'require') return { rejectUnauthorized: false };
  return {
    ...(sslrootcert && { ca: readFileSync(sslrootcert, 'utf8') }),
    ...(sslmode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
};

/** The address of the same server for those elsewhere: whether it wants TLS, but neither our limits nor our files. */
export const withoutOurParameters = (url: string): string => {
  const place = new URL(url);
  const sslmode = place.searchParams.get('sslmode');
  place.search = sslmode ? `?sslmode=${sslmode}` : '';
  return place.href;
};
