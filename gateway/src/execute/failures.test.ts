import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute } from './execute.ts';
import { aCaller, compose, failing } from './test/composed.ts';
import { library } from './test/library.ts';
import { shop } from './test/shop.ts';

const down = { request: () => Promise.reject(new Error('connect ECONNREFUSED')) };

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a subgraph that does not answer', () => {
  it('leaves its fields null and the rest of the answer whole', async () => {
    const { ours, replace } = compose(shop);
    replace('inventory', { ...down, unavailableCode: 'PLUGIN_UNAVAILABLE' });

    const answer = await ours('{ topProducts(first: 2) { name inStock } me { name } }');

    expect(plain(answer)).toEqual({
      data: {
        topProducts: [
          { name: 'Table', inStock: null },
          { name: 'Couch', inStock: null },
        ],
        me: { name: 'Ada' },
      },
      errors: [
        {
          message: 'The plugin does not answer.',
          path: ['topProducts'],
          extensions: { code: 'PLUGIN_UNAVAILABLE', service: 'inventory' },
        },
      ],
    });
  });

  it('is reported once, however many fields miss it', async () => {
    const { ours, replace } = compose(shop);
    replace('inventory', { ...down, unavailableCode: 'PLUGIN_UNAVAILABLE' });

    const { errors } = await ours('{ topProducts { inStock shippingEstimate } me { reviews { product { inStock } } } }');

    expect(errors).toHaveLength(1);
  });

  it('is not named when it belongs to the core', async () => {
    const { ours, replace } = compose(shop);
    replace('accounts', { ...down, unavailableCode: 'SERVICE_UNAVAILABLE' });

    const { data, errors } = await ours('{ me { name } topProducts(first: 1) { name } }');

    expect(plain(data)).toEqual({ me: null, topProducts: [{ name: 'Table' }] });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'SERVICE_UNAVAILABLE' }]);
  });

  it('takes the answer with it only where the schema promises a value', async () => {
    const { ours, replace } = compose(shop);
    replace('accounts', { ...down, unavailableCode: 'SERVICE_UNAVAILABLE' });

    const { data, errors } = await ours('{ users { name } topProducts(first: 1) { name } }');

    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
  });

  it('is one that nobody knows how to reach', async () => {
    const { supergraph } = compose(shop);
    const plan = await supergraph.plan({ key: '{ me { name } }', document: parse('{ me { name } }') });

    const answer = await execute(plan, { caller: aCaller() }, () => {
      throw new Error('unknown');
    });

    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'PLUGIN_UNAVAILABLE', service: 'accounts' });
  });
});

describe('a subgraph that answers garbage', () => {
  it.each([
    ['too few entities', { _entities: [] }],
    ['no entities', {}],
    ['entities that are no list', { _entities: { inStock: true } }],
  ])('counts as one that does not answer: %s', async (_, data) => {
    const { ours, replace } = compose(shop);
    replace('inventory', { request: async () => ({ data }), unavailableCode: 'PLUGIN_UNAVAILABLE' });

    const answer = await ours('{ topProducts(first: 1) { name inStock } }');

    expect(plain(answer.data)).toEqual({ topProducts: [{ name: 'Table', inStock: null }] });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['PLUGIN_UNAVAILABLE']);
  });

  it.each([
    ['a list for an object', { me: [{ name: 'x' }] }, { me: null }],
    ['a scalar for an object', { me: 'x' }, { me: null }],
    ['an object for a scalar', { me: { name: { first: 'x' } } }, { me: { name: null } }],
    ['a type that does not exist', { me: { __typename: 'Nobody', name: 'x' } }, { me: null }],
    ['a type that does not belong there', { me: { __typename: 'Product', name: 'x' } }, { me: null }],
  ])('loses the fields that make no sense: %s', async (_, data, expected) => {
    const { ours, replace } = compose(shop);
    replace('accounts', { request: async () => ({ data }) });

    const answer = await ours('{ me { name } topProducts(first: 1) { name } }');

    expect(plain(answer.data)).toEqual({ ...expected, topProducts: [{ name: 'Table' }] });
    expect(answer.extensions?.valueCompletion).toHaveLength(1);
  });

  it('loses an Int of more than 32 bits and an ID that JSON has rounded, each with an error at its place', async () => {
    const { ours, replace } = compose({
      a: {
        typeDefs: 'type Query { rows: [Row!] } type Row { id: ID, whole: Int, strict: [Int!], free: Float }',
        resolvers: {},
      },
    });
    const rows = `[
      {"id": 9007199254740991, "whole": 2147483647, "strict": [-2147483648, -0, 1.0], "free": 9007199254740993},
      {"id": 9007199254740993, "whole": 2147483648, "strict": [1, -2147483649], "free": 1e300}]`;
    replace('a', { request: async () => JSON.parse(`{"data": {"rows": ${rows}}}`) });

    const { data, errors, extensions } = await ours('{ rows { id whole strict free } }');

    expect(plain(data)).toEqual({
      rows: [
        { id: '9007199254740991', whole: 2147483647, strict: [-2147483648, 0, 1], free: 9007199254740992 },
        { id: null, whole: null, strict: null, free: 1e300 },
      ],
    });
    const overflow = 'Int cannot represent non 32-bit signed integer value';
    expect(errors?.map(({ message, path, extensions: { code } }) => [path?.join('.'), message, code])).toEqual([
      ['rows.1.id', 'ID cannot represent an integer that JSON has rounded: 9007199254740992', 'VALUE_UNREPRESENTABLE'],
      ['rows.1.whole', `${overflow}: 2147483648`, 'VALUE_UNREPRESENTABLE'],
      ['rows.1.strict.1', `${overflow}: -2147483649`, 'VALUE_UNREPRESENTABLE'],
    ]);
    expect(extensions).toBeUndefined();
  });

  it('has no entity asked for by an ID that JSON has rounded: it is of another', async () => {
    const { ours, replace, calls } = compose(shop);
    const products = '[{"__typename": "Product", "upc": 9007199254740993}, {"__typename": "Product", "upc": 7}]';
    replace('products', { request: async () => JSON.parse(`{"data": {"topProducts": ${products}}}`) });
    const stock = { _entities: [{ inStock: true }] };
    replace('inventory', {
      request: async ({ variables }) => {
        calls.push(JSON.stringify(variables));
        return { data: stock };
      },
    });

    const { data, errors } = await ours('{ topProducts { inStock } }');

    expect(calls).toEqual([JSON.stringify({ representations: [{ __typename: 'Product', upc: 7 }] })]);
    expect(plain(data)).toEqual({ topProducts: [{ inStock: null }, { inStock: true }] });
    expect(plain(errors)).toEqual([
      {
        message:
          'An entity has, in its key or in what a field requires, an integer that JSON has rounded; nothing more can be asked of it.',
        path: ['topProducts'],
        extensions: { code: 'VALUE_UNREPRESENTABLE' },
      },
    ]);
  });

  it('has no entity asked for by a rounded ID among other keys or in what a field requires', async () => {
    const { ours, replace, calls } = compose({
      a: {
        typeDefs: `type Query { rows: [Row!] }
          type Row @key(fields: "shop { id } number") { shop: Shop! number: Int! weight: Float parents: [ID!] }
          type Shop @shareable { id: ID! }`,
        resolvers: {},
      },
      b: {
        typeDefs: `type Row @key(fields: "shop { id } number") {
            shop: Shop! number: Int! weight: Float @external parents: [ID!] @external
            price: Int @requires(fields: "weight") family: Int @requires(fields: "parents") }
          type Shop @shareable { id: ID! }`,
        resolvers: {},
      },
    });
    const row = (id: string, parents: string) =>
      `{"__typename": "Row", "shop": {"id": ${id}}, "number": 1, "weight": 1e300, "parents": ${parents}}`;
    const rows = [row('1', '[1]'), row('9007199254740993', '[2]'), row('3', '[9007199254740993]')];
    replace('a', { request: async () => JSON.parse(`{"data": {"rows": [${rows}]}}`) });
    replace('b', {
      request: async ({ variables }) => {
        const { representations } = variables as { representations: { shop: { id: number } }[] };
        calls.push(...representations.map(({ shop }) => String(shop.id)));
        return { data: { _entities: representations.map(() => ({ price: 5, family: 6 })) } };
      },
    });

    const priced = await ours('{ rows { price } }');
    expect(calls).toEqual(['1', '3']);
    expect(plain(priced.data)).toEqual({ rows: [{ price: 5 }, { price: null }, { price: 5 }] });

    const related = await ours('{ rows { family } }');
    expect(calls).toEqual(['1']);
    expect(plain(related.data)).toEqual({ rows: [{ family: 6 }, { family: null }, { family: null }] });
    for (const { errors } of [priced, related]) {
      expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([['rows', 'VALUE_UNREPRESENTABLE']]);
    }
  });

  it('may send for an Int what becomes no number', async () => {
    const { ours, replace } = compose({ a: { typeDefs: 'type Query { whole: Int }', resolvers: {} } });
    replace('a', { request: async () => JSON.parse('{"data": {"whole": {"valueOf": 1, "toString": 1}}}') });
    expect(plain((await ours('{ whole }')).data)).toEqual({ whole: null });
  });

  it('is told of a hundred values that make no sense, however many there are', async () => {
    const { ours, replace } = compose(shop);
    replace('products', { request: async () => ({ data: { topProducts: Array.from({ length: 200_000 }, () => 1) } }) });

    const answer = await ours('{ topProducts(first: 1) { name } me { name } }');

    expect(answer.data?.topProducts).toHaveLength(200_000);
    expect(answer.extensions?.valueCompletion).toHaveLength(100);
    expect(plain(answer.data?.me)).toEqual({ name: 'Ada' });
  });

  it.each([
    ['null', [null]],
    ['without a message', [{ message: { toString: 1 }, path: 'x', extensions: ['y'] }]],
    ['with a path of anything', [{ message: '', path: [{}, null], extensions: null }]],
    ['no list', { message: 'x' }],
  ])('may send errors that are none: %s', async (_, errors) => {
    const { ours, replace } = compose(shop);
    replace('inventory', { request: async () => JSON.parse(JSON.stringify({ data: { _entities: [{ inStock: true }] }, errors })) });

    const answer = await ours('{ topProducts(first: 1) { name inStock } }');

    expect(plain(answer.data)).toEqual({ topProducts: [{ name: 'Table', inStock: true }] });
  });

  it('may name its types by anything', async () => {
    const { ours, replace } = compose(shop);
    replace('products', {
      request: async () =>
        JSON.parse('{"data":{"topProducts":[{"__typename":{"toString":1},"upc":"1"},{"__typename":"__proto__","upc":"2"}]}}'),
    });

    const answer = await ours('{ topProducts { t: __typename upc inStock } me { name } }');

    expect(plain(answer.data)).toEqual({ topProducts: [null, null], me: { name: 'Ada' } });
  });

  it('cannot break what other subgraphs add to its objects', async () => {
    const { ours, replace } = compose(shop);
    replace('products', { request: async () => ({ data: { topProducts: { __typename: 'Product', upc: '1', name: 'x' } } }) });

    const answer = await ours('{ topProducts { name inStock } me { name } }');

    expect(plain(answer.data)).toEqual({ topProducts: null, me: { name: 'Ada' } });
  });
});

describe("a subgraph's own error", () => {
  const withExtensions = compose({
    a: {
      typeDefs: 'type Query { plain: String, coded: String }',
      resolvers: { Query: { plain: () => Promise.reject(new Error('Plain')), coded: failing('Coded', 'NOT_ENOUGH') } },
    },
  });

  it('keeps its message, path and code', async () => {
    const { errors } = await withExtensions.ours('{ again: coded }');

    expect(plain(errors)).toMatchObject([{ message: 'Coded', path: ['again'], extensions: { code: 'NOT_ENOUGH' } }]);
  });

  it('counts as internal where it has no code', async () => {
    const { errors } = await withExtensions.ours('{ plain }');

    expect(errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });

  it('is told at the right index, although objects before it were not asked for', async () => {
    const { ours } = compose(library());

    const { errors } = await ours('{ search { ... on Author { strictSecret } } }');

    expect(errors?.map(({ path }) => path)).toEqual([['search', 1, 'strictSecret']]);
  });

  it('is told at every place of an entity that was asked for once', async () => {
    const { ours, replace, calls } = compose(shop);
    replace('accounts', {
      request: async (operation) => {
        calls.push(JSON.stringify(operation.variables));
        return { data: { _entities: [null, { name: 'Alan' }] }, errors: [{ message: 'Gone', path: ['_entities', 0, 'name'] }] };
      },
    });

    const { errors } = await ours('{ topProducts { reviews { author { name } } } }');

    expect(calls.filter((call) => call.includes('representations')).at(-1)).toBe(
      JSON.stringify({
        representations: [
          { __typename: 'User', id: '1' },
          { __typename: 'User', id: '2' },
        ],
      }),
    );
    expect(errors?.map(({ path }) => path)).toEqual([
      ['topProducts', 0, 'reviews', 0, 'author', 'name'],
      ['topProducts', 1, 'reviews', 0, 'author', 'name'],
    ]);
  });

  it('is told a thousand times in one answer, however many entities and errors there are', async () => {
    const { ours, replace } = compose(shop);
    const product = { __typename: 'Product', upc: '1', name: 'Table' };
    const error = { message: 'Gone', path: ['_entities', 0, 'inStock'] };
    replace('products', { request: async () => ({ data: { topProducts: Array.from({ length: 3_000 }, () => ({ ...product })) } }) });
    replace('inventory', { request: async () => ({ data: { _entities: [null] }, errors: Array.from({ length: 2_000 }, () => error) }) });

    const { data, errors } = await ours('{ topProducts { name inStock } }');

    expect(data?.topProducts).toHaveLength(3_000);
    expect(errors).toHaveLength(1_000);
  });

  it('is told where its entities stand when it names none of them', async () => {
    const { ours, replace } = compose(shop);
    replace('inventory', { request: async () => ({ data: null, errors: [{ message: 'Overloaded', extensions: { code: 'BUSY' } }] }) });

    const { errors } = await ours('{ topProducts { inStock } }');

    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['topProducts'], 'BUSY']]);
  });
});

describe('variables', () => {
  it('that do not fit are refused before any subgraph is called', async () => {
    const { ours, calls } = compose(shop);

    const answer = await ours('query ($upc: String!) { product(upc: $upc) { name } }', { upc: 5 });

    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Variable "$upc" got invalid value 5'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(calls).toEqual([]);
  });

  it('that decide a condition must not be null, in an operation that has them so', async () => {
    const { supergraph, connections } = compose(shop);
    const document = parse(`
      query One($all: Boolean = true) { me { name @include(if: $all) } }
      query Other($all: Boolean) { me { name @skip(if: true) @include(if: $all) } }`);
    const ask = async (operationName: string, variables: Record<string, unknown>) =>
      execute(
        await supergraph.plan({ key: operationName, document, operationName, variables }),
        { variables, caller: aCaller() },
        connections,
      );

    expect(plain(await ask('One', { all: null }))).toMatchObject({
      errors: [{ message: expect.stringContaining('"$all"'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(plain(await ask('One', {}))).toEqual({ data: { me: { name: 'Ada' } } });
    expect(plain(await ask('Other', { all: null }))).toEqual({ data: { me: {} } });
  });

  it.each([
    ['ID!', '9007199254740993'],
    ['[[ID]]', '[["1"], [null, 9007199254740993]]'],
    ['Which', '{ "all": [{ "by": "1" }, { "by": 9007199254740993 }] }'],
  ])('that hold an ID which JSON has rounded are refused: it is that of another (%s)', async (type, json) => {
    const { ours, calls } = compose({
      a: {
        typeDefs: 'input Which { by: ID all: [Which!] } type Query { one(by: ID!): Int rows(by: [[ID]]): Int which(by: Which): Int }',
        resolvers: {},
      },
    });
    const field = { 'ID!': 'one', '[[ID]]': 'rows', Which: 'which' }[type];

    const answer = await ours(`query ($by: ${type}) { ${field}(by: $by) }`, { by: JSON.parse(json) });

    expect(plain(answer)).toMatchObject({
      errors: [{ message: expect.stringContaining('"$by"'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(calls).toEqual([]);
    expect((await ours(`query ($by: ${type}) { ${field}(by: $by) }`, { by: JSON.parse(json.replace('93', '91')) })).errors).toBeUndefined();
  });

  it('go to the subgraphs that use them, and to no other', async () => {
    const { ours, replace } = compose(shop);
    const sent: unknown[] = [];
    replace('products', {
      request: async ({ variables }) => {
        sent.push(variables);
        return { data: {} };
      },
    });

    await ours('query ($upc: String!, $id: ID!) { product(upc: $upc) { name } user(id: $id) { name } }', { upc: '1', id: '1' });

    expect(sent).toEqual([{ upc: '1' }]);
  });
});
