import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openTracing as open, readTracingEnvironment } from './tracing.ts';

const openTracing = (variables: Record<string, string>) => open(readTracingEnvironment(variables), 'plexica-test');

/** Takes what an exporter sends. */
const startCollector = async () => {
  const received: { path: string | undefined; text: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url, text: Buffer.concat(chunks).toString() });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() };
};

describe('tracing', () => {
  it('is off unless a collector is named, or when it is disabled', async () => {
    expect(await openTracing({})).toBeUndefined();
    expect(await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  });

  it('sends spans to the collector by OTLP, at the latest when it stops', async () => {
    await using collector = await startCollector();
    const tracing = await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_SERVICE_NAME: 'mine' });
    tracing?.tracer.startSpan('query Mine').end();
    await tracing?.stop();

    expect(collector.received).toEqual([{ path: '/v1/traces', text: expect.stringContaining('query Mine') }]);
    expect(collector.received[0]?.text).toContain('mine');
  });

  it('takes as many as the sampler says', async () => {
    await using collector = await startCollector();
    const sampled = async (sampler: string, arg = '1') => {
      const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${collector.url}/own`;
      const tracing = await openTracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: arg });
      const span = tracing?.tracer.startSpan('one');
      span?.end();
      await tracing?.stop();
      return span?.isRecording() || collector.received.splice(0).length > 0;
    };
    expect(await sampled('always_on')).toBe(true);
    expect(await sampled('always_off')).toBe(false);
    expect(await sampled('parentbased_traceidratio', '0')).toBe(false);
    expect(await sampled('parentbased_traceidratio', '1')).toBe(true);
  });
});
