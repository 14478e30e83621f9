import { definePlugin, type Plugin, SignedIn } from '@plexica/plugin-kit';
import { Arg, Directive, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';

const nouns = ['Contact', 'Deal', 'Note', 'Task', 'File', 'Board'];
const fieldsEach = 7;

const twoDigits = (index: number) => String(index).padStart(2, '0');

/** Its id: no name begins another's. */
export const widePluginId = (index: number): string => `plugin${twoDigits(index)}x`;

/** A plugin of common size, about 2 kB of SDL beside its descriptions: six entities, four queries, and one field on the tenant, which answers `index`. */
export const widePlugin = (index: number): Plugin => {
  const id = widePluginId(index);
  const described = (name: string) => ({ nullable: true, description: `What ${name} is of its owner.` });

  @Directive('@key(fields: "id")')
  @ObjectType({ description: 'A tenant with its plugin' })
  class Tenant {
    @Field(() => ID) id!: string;
  }
  const entities = nouns.map((noun) => {
    const Entity = class {};
    Directive('@key(fields: "id")')(Entity);
    ObjectType(`P${id.slice(1)}${noun}`, { description: `A ${noun} of plugin ${index}.` })(Entity);
    Field(() => ID, { description: 'Its id.' })(Entity.prototype, 'id');
    for (let at = 0; at < fieldsEach; at += 1) {
      const name = `${noun.toLowerCase()}Field${at}`;
      Field(() => String, described(name))(Entity.prototype, name);
    }
    Field(() => Tenant, described('tenant'))(Entity.prototype, 'tenant');
    return Entity;
  });

  class Answers {}
  const answer = (name: string, value: (...given: readonly unknown[]) => unknown, decorators: readonly MethodDecorator[]) => {
    Object.defineProperty(Answers.prototype, name, { value, configurable: true, writable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Answers.prototype, name) ?? {};
    for (const decorate of [...decorators, SignedIn()]) decorate(Answers.prototype, name, descriptor as never);
  };
  for (const [at, Entity] of entities.entries()) {
    const name = `${id}${nouns[at]}`;
    answer(name, (key) => ({ id: key }), [Query(() => Entity, described(name)) as MethodDecorator]);
    Arg('id', () => ID)(Answers.prototype, name, 0);
  }
  answer(id, () => index, [FieldResolver(() => Int, described(id)) as MethodDecorator]);
  Resolver(() => Tenant)(Answers);

  return definePlugin({
    id,
    version: '1.0.0',
    name: `Plugin ${index}`,
    description: 'One of many',
    resolvers: [Answers],
    orphanedTypes: [Tenant],
    references: { Tenant: ({ id: key }: { id: string }) => ({ id: key }) },
  });
};
