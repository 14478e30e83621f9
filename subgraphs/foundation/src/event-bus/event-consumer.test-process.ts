import pg from 'pg';
import { openBus } from './event-bus.test-support.ts';

// A process that relays and consumes, to be killed. It notes each event it handled; asked to, it hangs for good in the middle of one.
const { url = '', installation = '', eventsUrl = '', notes = '', group = '', hangAt = '' } = JSON.parse(process.argv[2] ?? '{}');
const pool = new pg.Pool({ connectionString: notes, max: 4 });
const { bus } = await openBus({ url, installation, eventsUrl });
await bus.consume(group, async ({ tenantid, sequence }) => {
  const hangs = hangAt !== '' && Number(sequence) === Number(hangAt);
  await pool.query('insert into seen (tenant, sequence, whole) values ($1, $2, $3)', [tenantid, Number(sequence), !hangs]);
  if (hangs) await new Promise(() => {});
});
console.log('consuming');
setInterval(() => {}, 1_000);
