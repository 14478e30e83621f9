import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  gateway = await startGateway();
  for (const [subject, permissions] of Object.entries({ reader: ['users.read'], payer: ['pay.*'], admin: ['*'] })) {
    gateway.directory.setUser(subject, { permissions });
    tokens[subject] = await gateway.issuer.token('acme', { subject });
  }
  // The core of these tests enforces nothing itself: what it answers, the gateway let through.
  gateway.switchTo('acme', 'core+analytics');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const as = (subject: string, query: string, variables?: object) => ask(gateway, query, tokens[subject], {}, variables);

describe('who may see what, through the whole gateway', () => {
  it('depends on permissions, with a null and an error at the field', async () => {
    const { status, text } = await as('reader', '{ me { id salary } users { id } }');
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        errors: [{ message: expect.any(String), path: ['me', 'salary'], extensions: { code: 'FORBIDDEN' } }],
        data: { me: { id: 'reader', salary: null }, users: [{ id: 'reader' }] },
      },
    ]);
    expect((await as('payer', '{ me { salary } }')).data).toEqual({ me: { salary: 100 } });
    expect((await as('admin', '{ me { salary } users { salary } }')).data).toEqual({ me: { salary: 100 }, users: [{ salary: 100 }] });
  });

  it('has its null by whichever name the field is asked for', async () => {
    const { text } = await as('reader', '{ me { __proto__: salary constructor: salary } }');
    expect(text).toContain('"data":{"me":{"__proto__":null,"constructor":null}}');
  });

  it('is not confused by the same text of another caller, whose plan is kept', async () => {
    const query = '{ me { id salary friend { ...F } } } fragment F on User { id pay: salary }';
    const seen = async (subject: string) => (await as(subject, query)).data.me;
    for (const _ of [1, 2]) {
      expect(await seen('reader')).toMatchObject({ salary: null, friend: { id: 'friend-of-reader', pay: null } });
      expect(await seen('payer')).toMatchObject({ salary: 100, friend: { id: 'friend-of-payer', pay: 100 } });
    }
  });

  it('blanks what may not be null, as GraphQL has it', async () => {
    const { data, codes } = await as('payer', '{ users { id } me { id } }');
    expect([data, codes]).toEqual([null, ['FORBIDDEN']]);
    expect((await ask(gateway, '{ users { id } }')).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('keeps mutations from running that may not be run', async () => {
    const { data, codes } = await as('reader', 'mutation { a: rename(name: "x") login(slug: "y") b: rename(name: "z") }');
    expect([data, codes]).toEqual([{ a: null, login: 'welcome to y', b: null }, ['FORBIDDEN', 'FORBIDDEN']]);
    expect((await ask(gateway, 'mutation { rename(name: "x") }')).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('minds variables of conditions', async () => {
    const query = 'query ($pay: Boolean!) { me { id salary @include(if: $pay) } }';
    expect((await as('reader', query, { pay: false })).text).toBe('{"data":{"me":{"id":"reader"}}}');
    expect((await as('reader', query, { pay: true })).codes).toEqual(['FORBIDDEN']);
    expect((await as('reader', query)).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('never asks a plugin for what may not be seen', async () => {
    const before = gateway.pluginRequests.length;
    const nobody = await ask(gateway, '{ analyticsCaller tenant { analytics } }', undefined, { 'x-tenant-slug': 'acme' });
    expect(nobody.codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(gateway.pluginRequests.length).toBe(before);
  });
});
