import { graphql } from 'graphql';
import { Arg, Directive, Field, ID, Mutation, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { describe, expect, it } from 'vitest';
import { RequiresPermission, SignedIn } from '../authorization/guards.ts';
import { anonymous, type Claims } from '../claims/claims.ts';
import { DomainError } from '../errors/domain-error.ts';
import { payload } from '../errors/payload.ts';
import { createSubgraph } from './create-subgraph.ts';
import { Payload } from './frozen-types.ts';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A thing' })
class Thing {
  @Field(() => ID) id!: string;
  @Field(() => Date) madeAt!: Date;
}

@ObjectType()
class MakeThingPayload extends Payload {
  @Field(() => Thing, { nullable: true }) thing?: Thing | null;
}

@Resolver(() => Thing)
class ThingResolver {
  @Query(() => Thing, { nullable: true })
  @RequiresPermission('things.read')
  thing() {
    return { id: '1', madeAt: new Date(0) };
  }

  @Mutation(() => MakeThingPayload)
  @SignedIn()
  makeThing(@Arg('name', () => String) name: string) {
    return payload('thing', async () => {
      if (name === 'bad') throw new DomainError('BAD_USER_INPUT', { path: ['name'] });
      if (name === 'broken') throw new Error('secret detail');
      return { id: name, madeAt: new Date(0) };
    });
  }

  @Subscription(() => Thing, {
    subscribe: async function* () {
      yield { id: 's', madeAt: new Date(0) };
    },
  })
  @SignedIn()
  thingMade(@Root() thing: Thing) {
    return thing;
  }
}

const subgraph = createSubgraph({
  name: 'things',
  resolvers: [ThingResolver],
  references: { Thing: ({ id }) => ({ id, madeAt: new Date(0) }) },
  context: () => ({}),
});

const signedIn: Claims = { ...anonymous, user: { id: 'u', email: 'u@x.test', displayName: 'U' }, permissions: ['things.*'] };
const ask = async (source: string, claims: Claims = signedIn) =>
  graphql({ schema: subgraph.schema, source, contextValue: await subgraph.contextFor({ claims, requestId: 'r1' }) });

describe('building a subgraph', () => {
  it('prints guards as federation directives', () => {
    expect(subgraph.sdl).toContain('thing: Thing @requiresScopes(scopes: [["things.read"]])');
    expect(subgraph.sdl).toContain('type Thing @key(fields: "id")');
  });

  it('answers a field to who holds its permission, and to nobody else', async () => {
    expect(await ask('{ thing { id madeAt } }')).toEqual({ data: { thing: { id: '1', madeAt: '1970-01-01T00:00:00.000Z' } } });
    expect((await ask('{ thing { id } }', { ...signedIn, permissions: [] })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await ask('{ thing { id } }', anonymous)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('turns a user error into the payload and hides what nobody foresaw', async () => {
    const document = (name: string) => `mutation { makeThing(name: "${name}") { thing { id } userErrors { code path } } }`;
    expect((await ask(document('bad'))).data?.makeThing).toEqual({ thing: null, userErrors: [{ code: 'BAD_USER_INPUT', path: ['name'] }] });
    const broken = await ask(document('broken'));
    expect(JSON.stringify(broken)).not.toContain('secret detail');
    expect(broken.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'r1' });
  });

  it('resolves entities by reference', async () => {
    const answer = await ask('{ _entities(representations: [{ __typename: "Thing", id: "7" }]) { ... on Thing { id } } }');
    expect(answer.data?._entities).toEqual([{ id: '7' }]);
  });
});
