import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { notes } from '../testing/notes-plugin.ts';
import { startTestPlatform } from '../testing/test-platform.ts';

interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

/** Takes spans as an OpenTelemetry collector does. */
const startCollector = async () => {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Export;
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { spans, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() };
};

const client = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

describe('the platform in one process, with a collector', () => {
  it('tells one request as one trace: its client, the gateway, each fetch, the subgraph and its resolvers', async () => {
    await using collector = await startCollector();
    await using platform = await startTestPlatform({ plugins: [notes], variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const { admin } = platform.tenants.acme;
    await admin.activate('notes');

    const answer = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${admin.token()}`,
        traceparent: `00-${client.traceId}-${client.spanId}-01`,
      },
      body: JSON.stringify({ query: 'query Traced { tenant { name notes } }' }),
    });
    expect(await answer.json()).toEqual({ data: { tenant: { name: 'Acme', notes: expect.any(Number) } } });
    await platform.platform.stop();

    const trace = collector.spans.filter(({ traceId }) => traceId === client.traceId);
    const within = (parent: string | undefined) =>
      trace
        .filter(({ parentSpanId }) => parentSpanId === parent)
        .map(({ name }) => name)
        .sort();
    const named = (name: string) => trace.find((span) => span.name === name)?.spanId;
    expect(within(client.spanId)).toEqual(['query Traced']);
    expect(within(named('query Traced'))).toEqual(['admit', 'fetch notes', 'fetch tenancy', 'plan']);
    for (const subgraph of ['tenancy', 'notes']) {
      expect(within(named(`fetch ${subgraph}`))).toEqual([`subgraph ${subgraph}`]);
      expect(within(named(`subgraph ${subgraph}`))).toEqual(['resolve']);
    }
    expect(trace).toHaveLength(9);
  });
});
