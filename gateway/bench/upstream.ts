import { createServer } from 'node:http';
import { graphql } from 'graphql';
import { aSubgraph } from '../src/execute/test/composed.ts';
import { benchmarkSubgraphs } from './subgraphs.ts';

// The subgraphs as one process: `/<name>` answers GraphQL, from memory once it answered the same body. `/calls` counts and starts over.
const subgraphs = new Map(Object.entries(benchmarkSubgraphs).map(([name, source]) => [`/${name}`, aSubgraph(name, source)]));
const answers = new Map<string, Promise<Buffer>>();
let calls = 0;

const answer = async (path: string, body: string): Promise<Buffer> => {
  const subgraph = subgraphs.get(path);
  if (!subgraph) return Buffer.from('{"errors":[{"message":"no such subgraph"}]}');
  const { query, variables } = JSON.parse(body);
  return Buffer.from(JSON.stringify(await graphql({ schema: subgraph.schema, source: query, variableValues: variables })));
};

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/calls') {
    response.end(String(calls));
    calls = 0;
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    calls += 1;
    const body = Buffer.concat(chunks).toString('utf8');
    const key = path + body;
    const known = answers.get(key) ?? answer(path, body);
    answers.set(key, known);
    const bytes = await known;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.end(bytes);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listens'));
