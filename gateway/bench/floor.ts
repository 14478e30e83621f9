import { createServer } from 'node:http';
import { Pool } from 'undici';
import { exchange } from '../src/execute/http-exchange.ts';

// What no gateway on Node can go below: the same calls in the same order, hard-coded; parse what comes, write the answer.
interface Call {
  readonly path: string;
  readonly body: string;
}
const { waves, data } = JSON.parse(process.env.FLOOR_PLAN ?? '{}') as { waves: Call[][]; data: unknown };
const origin = process.env.UPSTREAM ?? '';
const pool = new Pool(origin, { connections: 128 });

const server = createServer((request, response) => {
  const { authorization = '' } = request.headers;
  request.resume();
  request.on('end', async () => {
    for (const wave of waves) {
      const headers = { 'content-type': 'application/json', accept: 'application/json', authorization };
      const answers = await Promise.all(
        wave.map(({ path, body }) =>
          exchange({ dispatcher: pool, origin, path, body, headers, timeoutMs: 30_000, maxResponseBytes: 50_000_000 }),
        ),
      );
      for (const { text } of answers) JSON.parse(text);
    }
    const bytes = Buffer.from(JSON.stringify(data));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.end(bytes);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
