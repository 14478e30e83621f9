import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { aSubgraph } from '../execute/test/composed.ts';
import { aCore, anAnalyticsPlugin, composeSet } from '../test/subgraphs.ts';
import { createPlanner } from './planner.ts';
import { startPlannerThread } from './planner-thread.ts';
import { createSetPlanner } from './set-planner.ts';
import { createSlimming } from './slim-schema.ts';
import { loadSupergraph } from './supergraph.ts';

const core = ['home'];
const aPlugin = (name: string) =>
  aSubgraph(name, {
    typeDefs: `
      type Query { ${name}Of(id: ID!): ${name}Thing }
      type Tenant @key(fields: "id") { id: ID!  ${name}: Int }
      type ${name}Thing @key(fields: "id") { id: ID!  tenant: Tenant }`,
    resolvers: {},
  });
const small = composeSet([aCore(), anAnalyticsPlugin(), aPlugin('crm')]);
const large = composeSet([aCore(), anAnalyticsPlugin(), ...['crm', 'erp', 'hr', 'pim', 'wms'].map(aPlugin)]);
const ask = (sdl: string, text: string) => ({ sdl, core, text, required: [] });

describe('planning for many sets', () => {
  it('shares a planner between sets where an operation needs the same of them', async () => {
    const planner = createSetPlanner();
    const plans = [];
    for (const sdl of [small, large]) plans.push(await planner.plan(ask(sdl, '{ tenant { slug crm } }')));
    expect(planner.size()).toBe(1);
    expect(JSON.stringify(plans[0])).toBe(JSON.stringify(plans[1]));
    await planner.plan(ask(large, '{ tenant { slug crm erp } }'));
    expect(planner.size()).toBe(2);
  });

  it('needs one subgraph for a field that every one has', async () => {
    const planner = createSetPlanner();
    await planner.plan(ask(small, '{ tenant { id slug } }'));
    await planner.plan(ask(large, '{ tenant { id slug } }'));
    expect(planner.size()).toBe(1);
    await planner.plan(ask(large, '{ crmOf(id: 1) { id tenant { id crm } } }'));
    expect(planner.size()).toBe(2);
  });

  it('plans for a set whose document it no longer has', async () => {
    const planner = createSetPlanner();
    const texts = ['{ tenant { slug crm } }', '{ tenant { slug erp } }', '{ tenant { slug crm } }'];
    const plans = [];
    for (const text of texts) {
      plans.push(JSON.stringify(await planner.plan(ask(large, text))));
      // As long as all the documents that are kept.
      planner.apiSdl(`${small}\n${'#'.repeat(990_000)}`);
    }
    expect(plans[0]).toBe(plans[2]);
    expect(planner.size()).toBe(2);
  });

  it('has the planner built that operations over one plugin will need', async () => {
    const planner = createSetPlanner();
    planner.prepare({ sdl: large, core, subgraph: 'crm' });
    expect(planner.size()).toBe(1);
    await planner.plan(ask(large, '{ tenant { slug crm } }'));
    expect(planner.size()).toBe(1);
  });

  it('plans as on the whole set', async () => {
    const planner = createSetPlanner();
    const { readSupergraph } = await import('./composed-supergraph.ts');
    const whole = createPlanner(readSupergraph(parse(large)));
    const texts = [
      '{ me { id email friend { email } } }',
      '{ tenant { id crm } hrOf(id: 1) { id tenant { id slug wms } } }',
      '{ tenant { slug analytics crm } crmOf(id: 1) { tenant { name hr analytics } } }',
      'query ($id: ID!) { ... on Query { pimOf(id: $id) { ...More } } } fragment More on pimThing { id tenant { wms } }',
      'subscription { ticks { count tenant { slug erp } } }',
      'mutation { login(slug: "a") rename(name: "b") }',
    ];
    for (const text of texts) {
      const document = parse(text, { noLocation: true });
      const [definition, ...fragments] = document.definitions as never[];
      const named = new Map(fragments.map((fragment: { name: { value: string } }) => [fragment.name.value, fragment]));
      const expected = await whole({ definition, fragments: named } as never);
      const plan = await planner.plan(ask(large, print(document)));
      expect(JSON.parse(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(expected)));
    }
  });
});

describe('the thread that plans', () => {
  it('leaves this one free, and tells what is wrong with an operation or a supergraph', async () => {
    const thread = startPlannerThread();
    const supergraph = await loadSupergraph(large, { thread, core, slim: createSlimming() });
    const plan = await supergraph.plan({ key: 'a', document: parse('{ tenant { slug crm } }') });
    expect(plan.subgraphs).toEqual(['home', 'crm']);
    await expect(supergraph.plan({ key: 'b', document: parse('subscription { __typename }') })).rejects.toMatchObject({
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    const unheard = large.replace(
      '@link(url: "https://specs.apollo.dev/join',
      '@link(url: "https://specs.apollo.dev/unheard/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/join',
    );
    await expect(thread.apiSdl(unheard)).rejects.toThrow('unheard');
    await thread.stop();
  });
});
