import { type ApolloServerPlugin, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import { buildSchema, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createDocuments } from '../document/documents.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { type AskedDocument, startGraphqlServer } from './graphql-server.ts';

const text = 'query First($id: ID) { row(id: $id) } mutation Second { change } query Broken { broken }';
const supergraph = {
  apiSchema: buildSchema('type Query { row(id: ID): String broken: String } type Mutation { change: Int }'),
  sdl: 'schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query } type Query { row(id: ID): String }',
} as Supergraph;

const serve = async () => {
  const asked: unknown[] = [];
  let throughApollo = 0;
  const counting: ApolloServerPlugin = {
    async requestDidStart() {
      throughApollo += 1;
    },
  };
  const executor = async ({ document, hash, request }: AskedDocument<object>): Promise<ExecutionResult> => {
    const { operationName, variables = null, extensions = null } = request;
    asked.push([hash, operationName, variables, extensions]);
    const definition = getOperationAST(document, operationName);
    if (!definition) throw new GraphQLError('Which one?', { extensions: { code: 'BAD_USER_INPUT' } });
    if (operationName === 'Broken') return { data: { broken: null }, errors: [new GraphQLError('It broke.', { path: ['broken'] })] };
    return { extensions: { said: operationName }, data: { row: variables } };
  };
  const { known, read } = createDocuments(supergraph.apiSchema);
  const server = await startGraphqlServer<object>({
    supergraph,
    executor,
    known,
    read: (text) => read(text, { suggests: true }),
    log: pino({ level: 'silent' }),
    plugins: [counting],
  });
  const ask = async (request: HTTPGraphQLRequest) => {
    const before = throughApollo;
    const { status = 200, headers, body } = await server.answer(request, {});
    const told = body.kind === 'complete' ? body.string : undefined;
    return { answer: { status, headers: [...headers], told }, asked: asked.splice(0), isPlain: throughApollo === before };
  };
  return { ask, stop: () => server.stop() };
};

const post = (body: unknown, headers: Record<string, string> = {}, more: Partial<HTTPGraphQLRequest> = {}): HTTPGraphQLRequest => ({
  method: 'POST',
  headers: new HeaderMap(Object.entries({ 'content-type': 'application/json', ...headers })),
  search: '',
  body,
  ...more,
});
const first = { query: text, operationName: 'First' };
const accepting = (accept: string) => post(first, { accept });
const persistedQuery = { version: 1, sha256Hash: 'of another text' };

const plain: readonly (readonly [string, HTTPGraphQLRequest])[] = [
  ['nothing but an operation', post(first)],
  ['a character set', post(first, { 'content-type': 'application/json; charset=utf-8' })],
  ['variables', post({ ...first, variables: { id: '7' } })],
  ['nothing in particular', post({ ...first, variables: null, extensions: null })],
  ['extensions', post({ ...first, extensions: { explain: ['cost'] } })],
  ['a mutation', post({ query: text, operationName: 'Second' })],
  ['anything accepted', accepting('*/*')],
  ['JSON accepted', accepting('application/json')],
  ['the media type of GraphQL accepted', accepting('application/graphql-response+json')],
  ['that before JSON', accepting('application/graphql-response+json, application/json')],
  ['that rather than JSON', accepting('application/graphql-response+json, application/json;q=0.9')],
  ['that rather than JSON, in fewer characters', accepting('application/graphql-response+json,application/json;q=0.9')],
];

const unusual: readonly (readonly [string, HTTPGraphQLRequest])[] = [
  ['GET', post(undefined, {}, { method: 'GET', search: `?${new URLSearchParams(first)}` })],
  [
    'a mutation by GET',
    post(undefined, {}, { method: 'GET', search: `?${new URLSearchParams({ query: text, operationName: 'Second' })}` }),
  ],
  ['a form', post(first, { 'content-type': 'text/plain' })],
  ['no content type', post(first, { 'content-type': '' })],
  ['a text nobody asked before', post({ query: '{ row }' })],
  ['an invalid text', post({ query: '{ nothing }' })],
  ['an operation that is not there', post({ query: text, operationName: 'Third' })],
  ['no choice among operations', post({ query: text, operationName: null })],
  ['a choice that is none', post({ query: text, operationName: 1 })],
  ['variables in a text', post({ ...first, variables: '{}' })],
  ['variables in a list', post({ ...first, variables: [] })],
  ['extensions in a list', post({ ...first, extensions: [] })],
  ['the hash of another text', post({ ...first, extensions: { persistedQuery } })],
  ['a batch', post([first])],
  ['no body', post(undefined)],
  ['an empty body', post({})],
  ['HTML accepted', accepting('text/html')],
  ['several types accepted', accepting('text/html, application/json;q=0.5, */*;q=0.1')],
  ['an error', post({ query: text, operationName: 'Broken' })],
];

describe('a request for a text that was found valid', () => {
  it.each(plain)('is answered without Apollo Server, and as by it: %s', async (_, request) => {
    const { ask, stop } = await serve();
    const [before, after] = [await ask(request), await ask(request)];
    expect(before.isPlain).toBe(false);
    expect(after.isPlain).toBe(true);
    expect(after.answer).toEqual(before.answer);
    expect(after.asked).toEqual(before.asked);
    expect(after.asked).toHaveLength(1);
    await stop();
  });

  it.each(unusual)('is answered by Apollo Server where it is out of the ordinary, and run no more than once: %s', async (_, request) => {
    const [known, unknown] = [await serve(), await serve()];
    await known.ask(post(first));
    const [told, expected] = [await known.ask(request), await unknown.ask(request)];
    expect(told.answer).toEqual(expected.answer);
    expect(told.asked).toEqual(expected.asked);
    expect(told.asked.length).toBeLessThanOrEqual(1);
    await Promise.all([known.stop(), unknown.stop()]);
  });
});
