import { spawn } from 'node:child_process';
import Fastify from 'fastify';
import pg from 'pg';
import { openToolDatabase } from './with-database.ts';

// A read-only look at the data of a running platform: schemas, tables, the newest rows. Loopback only.
const opened = await openToolDatabase();
const pool = new pg.Pool({ connectionString: opened.ownerUrl, max: 2, options: '-c default_transaction_read_only=on' });
const server = Fastify();

const html = (value: unknown): string => String(value ?? '∅').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string =>
  `<!doctype html><meta charset="utf-8"><title>${html(title)}</title><style>
  body{font:14px system-ui;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}td,th{border:1px solid #8884;padding:.3rem .6rem;text-align:left;max-width:30rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
  </style><h1>${html(title)}</h1>${body}`;

server.get('/', async (_request, reply) => {
  const { rows } = await pool.query(
    `select schemaname, relname, n_live_tup from pg_stat_user_tables where schemaname not like 'pg%' order by 1, 2`,
  );
  const items = rows.map(
    ({ schemaname, relname, n_live_tup }) =>
      `<li><a href="/${encodeURIComponent(schemaname)}/${encodeURIComponent(relname)}">${html(schemaname)}.${html(relname)}</a> (about ${n_live_tup})`,
  );
  return reply.type('text/html').send(page('Plexica data', `<ul>${items.join('')}</ul>`));
});

server.get<{ Params: { schema: string; table: string } }>('/:schema/:table', async ({ params }, reply) => {
  const name = [params.schema, params.table].map((part) => pg.escapeIdentifier(part)).join('.');
  const { rows, fields } = await pool.query(`select * from ${name} order by 1 desc limit 200`);
  const head = fields.map((field) => `<th>${html(field.name)}`).join('');
  const body = rows.map(
    (row) =>
      `<tr>${fields.map((field) => `<td>${html(typeof row[field.name] === 'object' && row[field.name] !== null ? JSON.stringify(row[field.name]) : row[field.name])}`).join('')}`,
  );
  return reply
    .type('text/html')
    .send(page(`${params.schema}.${params.table}`, `<p><a href="/">all tables</a><table><tr>${head}${body.join('')}</table>`));
});

const address = await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) });
console.log(`Look at the data at ${address} (read only). Ctrl-C ends it.`);
const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
if (!process.env.CI) spawn(opener, [address], { stdio: 'ignore', detached: true }).on('error', () => {});

const leave = async () => {
  await server.close();
  await pool.end();
  await opened[Symbol.asyncDispose]();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void leave());
