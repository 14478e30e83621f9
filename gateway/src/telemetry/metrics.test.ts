import { describe, expect, it } from 'vitest';
import { ask } from '../test/a-client.ts';
import { startGateway } from '../test/a-gateway.ts';
import { createMetrics } from './metrics.ts';
import type { Outcome } from './outcome.ts';

const anOutcome = (tenant: string, operation: Outcome['operation']): Outcome =>
  ({ transport: 'http', requestId: 'r', status: 200, ms: 5, operation, admitted: { tenant: { slug: tenant } } }) as unknown as Outcome;
const seriesOf = async ({ text }: ReturnType<typeof createMetrics>, name: string) =>
  (await text()).split('\n').filter((line) => line.startsWith(`${name}{`));

describe('metrics', () => {
  it('tell tenants, kinds, codes, plugins and operations apart', async () => {
    await using gateway = await startGateway();
    gateway.switchTo('acme', 'core+analytics');
    const token = await gateway.issuer.token('acme');
    await ask(gateway, 'query Mine { me { id } analyticsCaller }', token);
    await ask(gateway, 'query Mine { broken }', token);
    await ask(gateway, '{ nothing }', token);

    const text = await (await fetch(`${gateway.url}/metrics`)).text();

    expect(text).toContain('plexica_requests_total{tenant="acme",status="200"} 3');
    expect(text).toContain('plexica_operations_total{tenant="acme",kind="query",code="OK"} 1');
    expect(text).toContain('plexica_operations_total{tenant="acme",kind="query",code="INTERNAL_SERVER_ERROR"} 1');
    expect(text).toContain('plexica_operations_total{tenant="acme",kind="unknown",code="GRAPHQL_VALIDATION_FAILED"} 1');
    expect(text).toContain('plexica_operation_duration_seconds_count{tenant="acme",operation="Mine",outcome="ok"} 1');
    expect(text).toContain('plexica_operation_duration_seconds_count{tenant="acme",operation="Mine",outcome="errors"} 1');
    expect(text).toMatch(/plexica_operation_cost_points_total\{tenant="acme",operation="Mine"\} \d/);
    expect(text).toContain('plexica_plugin_requests_total{tenant="acme",plugin="analytics",outcome="answered"} 1');
    expect(text).toMatch(/plexica_subgraph_request_duration_seconds_count\{subgraph="home",outcome="answered"\} \d/);
  });

  it('stay as few as they are bounded, however many names come', async () => {
    const metrics = createMetrics();
    for (let tenant = 0; tenant < 400; tenant += 1) {
      for (let name = 0; name < 30; name += 1)
        metrics.ended(anOutcome(`t${tenant}`, { kind: 'query', name: `N${name}`, codes: [`CODE_${tenant}_${name}`], cost: 1 }));
      for (let name = 0; name < 30; name += 1)
        metrics.ended(anOutcome(`t${tenant}`, { kind: 'query', name: `N${name}`, codes: [], cost: 1 }));
      metrics.subgraphCalled({ subgraph: `plugin-${tenant}`, tenant: `t${tenant}`, failed: false, ms: 1 });
    }

    expect(await seriesOf(metrics, 'plexica_operations_total')).toHaveLength(201 * 2);
    expect((await seriesOf(metrics, 'plexica_operation_cost_points_total')).length).toBeLessThanOrEqual(2_000 + 201);
    expect(await seriesOf(metrics, 'plexica_subgraph_request_duration_seconds_count')).toHaveLength(201);
    expect((await seriesOf(metrics, 'plexica_plugin_requests_total')).length).toBeLessThanOrEqual(2_201);
    expect(await seriesOf(metrics, 'plexica_requests_total')).toHaveLength(201);
  });

  it('give no tenant the room of another', async () => {
    const metrics = createMetrics();
    for (let name = 0; name < 5_000; name += 1) metrics.ended(anOutcome('loud', { kind: 'query', name: `N${name}`, codes: [], cost: 1 }));
    metrics.ended(anOutcome('quiet', { kind: 'query', name: 'Mine', codes: [], cost: 1 }));

    const series = await seriesOf(metrics, 'plexica_operation_cost_points_total');
    expect(series).toHaveLength(102);
    expect(series).toContain('plexica_operation_cost_points_total{tenant="quiet",operation="Mine"} 1');
  });

  it('take no name from an operation that failed, nor one that is no habit', async () => {
    const metrics = createMetrics();
    metrics.ended(anOutcome('acme', { kind: 'query', name: 'Guess', codes: ['FORBIDDEN'], cost: 1 }));
    metrics.ended(anOutcome('acme', { kind: 'query', name: 'N'.repeat(101), codes: [], cost: 1 }));
    expect(await seriesOf(metrics, 'plexica_operation_cost_points_total')).toEqual([
      'plexica_operation_cost_points_total{tenant="acme",operation="other"} 2',
    ]);
  });
});
