import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { askBy, compileEntityFetch } from './entity-fetch.ts';
import { createEntityRequest } from './entity-request.ts';
import { startRun } from './run.ts';
import type { SubgraphError } from './subgraph-connection.ts';
import { aCaller } from './test/composed.ts';

const schema = buildSchema('type Query { item: Item } type Item { id: ID! note: String }');
const field = (name: string) => ({ kind: 'Field' as const, name });
const fetchOf = (path: readonly string[]) =>
  compileEntityFetch(
    schema,
    {
      kind: 'Fetch',
      serviceName: 'notes',
      operation: 'query($representations:[_Any!]!){_entities(representations:$representations){...on Item{note}}}',
      operationKind: 'query' as never,
      operationName: undefined,
      operationDocumentNode: undefined,
      requires: [{ kind: 'InlineFragment', typeCondition: 'Item', selections: [field('__typename'), field('id')] }],
    },
    path,
  );

const failing = async (errors: readonly SubgraphError[]) => {
  const item = { __typename: 'Item', id: '1' };
  const request = async () => ({ data: { _entities: [null] }, errors });
  const run = startRun({ caller: aCaller() }, () => ({ name: 'notes', request }) as never);
  run.root.item = item;
  const [one, other] = [fetchOf(['item']), fetchOf(['item'])];
  const list = one.startList();
  for (const fetch of [one, other]) askBy(list, fetch, [item]);
  await createEntityRequest(schema, { sharing: false })(run, [list]);
  return run.errors.map(({ message, path }) => `${path?.join('.')}: ${message}`);
};

describe('what two fetches ask of one object by one list', () => {
  it('fails once', async () => {
    expect(await failing([{ message: 'no note', path: ['_entities', 0, 'note'] }])).toEqual(['item.note: no note']);
  });

  it('fails as often as its subgraph says', async () => {
    const error = { message: 'no note', path: ['_entities', 0, 'note'] };

    expect(await failing([error, { ...error, message: 'no note at all' }, error])).toEqual([
      'item.note: no note',
      'item.note: no note at all',
      'item.note: no note',
    ]);
  });
});
