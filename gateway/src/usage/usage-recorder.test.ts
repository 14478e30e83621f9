import { createLogger } from '@plexica/foundation';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { OperationUsage } from '../directory/directory.ts';
import type { Admitted } from '../request.ts';
import { createUsageRecorder } from './usage-recorder.ts';

const apiSchema = buildSchema('type Query { things: [Thing!] } type Thing { id: ID!  name: String  other: Thing }');
const variant = { hash: 'core', supergraph: { apiSchema } };

/** Large enough for its description to take a while, and short enough to be kept. */
const aLargeText = (name: string): string => `query ${name} { things { ${'id other { name } '.repeat(400)} } }`;

const aRecorder = () => {
  const reported: OperationUsage[] = [];
  const written: string[] = [];
  const { record, stop } = createUsageRecorder({
    report: async (usages) => void reported.push(...usages),
    log: createLogger({ destination: { write: (line: string) => void written.push(line) } }),
    everyMs: 60_000,
  });
  const ask = (text: string, tenant = 'acme'): void => {
    const document = parse(text);
    const definition = getOperationAST(document);
    if (!definition) throw new Error('no operation');
    record({ tenant: { id: tenant }, variant, principal: { kind: 'signed-in' } } as unknown as Admitted, { document, definition });
  };
  return { ask, stop, reported, log: () => written.join('') };
};

/** The longest time for which nothing else could run. */
const longestHold = async (work: Promise<void>): Promise<number> => {
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work;
  clearInterval(ticking);
  return Math.max(longest, performance.now() - last);
};

describe('many large operations between two reports', () => {
  it('are described one by one, with room for requests between them', async () => {
    const { ask, stop, reported } = aRecorder();
    for (let at = 0; at < 40; at += 1) ask(aLargeText(`Q${at}`));
    const started = performance.now();

    const held = await longestHold(stop());

    expect(reported.length).toBe(40);
    expect(held).toBeLessThan((performance.now() - started) / 3);
  });

  it('are counted as far as there is room for their documents, of one tenant and of all', async () => {
    const { ask, stop, reported, log } = aRecorder();
    const text = (name: string) => `query ${name} { things { id } } ${'#'.repeat(90_000)}`;
    for (const tenant of ['t1', 't2', 't3', 't4', 't5', 't6']) for (let at = 0; at < 8; at += 1) ask(text(`Q${at}`), tenant);
    ask('{ things { id } }', 't1');

    await stop();

    const of = (tenant: string) => reported.filter(({ tenantId }) => tenantId === tenant).length;
    expect(['t1', 't2', 't3', 't4', 't5', 't6'].map(of)).toEqual([6, 5, 5, 5, 2, 0]);
    expect(log()).toContain('more operations than usage is counted of');
  });
});
