import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ tracer: provider.getTracer('test') });
  gateway.switchTo('acme', 'core+analytics');
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => exporter.reset());

const spans = () => exporter.getFinishedSpans();
const root = (): ReadableSpan => {
  const found = spans().find(({ kind }) => kind === SpanKind.SERVER);
  if (!found) throw new Error('no request was traced');
  return found;
};
const named = (name: string) => spans().find((span) => span.name === name);
const client = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const traceparent = `00-${client.traceId}-${client.spanId}-01`;

describe('a traced request', () => {
  it('is one tree: admitted, planned, and a fetch for each request to a subgraph', async () => {
    const { headers } = await ask(gateway, 'query Mine { me { id } analyticsCaller }', token);
    await until(() => spans().some(({ kind }) => kind === SpanKind.SERVER));

    const { traceId, spanId } = root().spanContext();
    const children = spans().filter((span) => span !== root());
    expect(root().name).toBe('query Mine');
    expect(root().attributes).toMatchObject({
      'plexica.tenant': 'acme',
      'plexica.request_id': headers.get('x-request-id'),
      'graphql.operation.name': 'Mine',
      'http.response.status_code': 200,
    });
    expect(children.map(({ name }) => name).sort()).toEqual(['admit', 'fetch analytics', 'fetch home', 'plan']);
    for (const child of children) {
      expect(child.spanContext().traceId).toBe(traceId);
      expect(child.parentSpanContext?.spanId).toBe(spanId);
    }
    expect(gateway.log()).toContain(`"traceId":"${traceId}"`);
  });

  it('continues the trace of its client, and its subgraphs continue the fetch', async () => {
    await ask(gateway, '{ analyticsCaller }', token, { traceparent });
    await until(() => spans().some(({ kind }) => kind === SpanKind.SERVER));

    expect(root().spanContext().traceId).toBe(client.traceId);
    expect(root().parentSpanContext?.spanId).toBe(client.spanId);
    const fetched = named('fetch analytics')?.spanContext().spanId;
    expect(gateway.pluginRequests.at(-1)?.headers.traceparent).toBe(`00-${client.traceId}-${fetched}-01`);
  });

  it('begins anew where the header names nothing', async () => {
    for (const wrong of [
      'nonsense',
      `00-${'0'.repeat(32)}-${client.spanId}-01`,
      `00-${client.traceId}-${'0'.repeat(16)}-01`,
      `ff-${traceparent}`,
    ]) {
      exporter.reset();
      await ask(gateway, '{ __typename }', token, { traceparent: wrong });
      await until(() => spans().some(({ kind }) => kind === SpanKind.SERVER));
      expect(root().parentSpanContext).toBeUndefined();
    }
  });

  it('shows which step or fetch failed, and no word of what was sent', async () => {
    const secret = 'tell-nobody-0451';
    gateway.directory.setTenant('acme', { plugins: { analytics: gateway.installation({ url: 'http://127.0.0.1:1/graphql' }) } });
    await ask(
      gateway,
      `query($slug: String!) { analyticsCaller tenantSignIn(slug: $slug) b: tenantSignIn(slug: "${secret}") }`,
      token,
      {},
      { slug: secret },
    );
    await ask(gateway, '{ me { id } }', `${token.slice(0, -4)}AAAA`);
    await until(() => spans().filter(({ kind }) => kind === SpanKind.SERVER).length === 2);
    gateway.switchTo('acme', 'core+analytics');

    expect(named('fetch analytics')?.status.code).toBe(SpanStatusCode.ERROR);
    expect(spans().filter(({ name, status }) => name === 'admit' && status.code === SpanStatusCode.ERROR)).toHaveLength(1);
    const told = JSON.stringify(spans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events })));
    for (const given of [secret, ...token.split('.')]) expect(told).not.toContain(given);
  });

  it('may be an operation over WebSocket', async () => {
    const stream = watch('ws', gateway, 'subscription Ticking { ticks { count tenant { name } } }', { authorization: `Bearer ${token}` });
    await until(() => stream.results.length > 1);
    stream.stop();
    await until(() => spans().some(({ kind }) => kind === SpanKind.SERVER));
    expect(root().name).toBe('subscription Ticking');
  });
});

describe('a request that is not traced', () => {
  it('hands on what its client sent, unchanged', async () => {
    await using untraced = await startGateway();
    untraced.switchTo('acme', 'core+analytics');
    await ask(untraced, '{ analyticsCaller }', await untraced.issuer.token('acme'), { traceparent });
    expect(untraced.pluginRequests.at(-1)?.headers.traceparent).toBe(traceparent);
    expect(untraced.log()).not.toContain('traceId');
  });
});
