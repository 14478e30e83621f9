import { SignedIn } from '@plexica/plugin-kit';
import { eventCatalog, filterCatalog } from '@plexica/schema';
import { Field, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';

export const HookKind = { ACTION: 'ACTION', FILTER: 'FILTER' } as const;
registerEnumType(HookKind, {
  name: 'HookKind',
  description: 'When a hook runs, and what it may do.',
  valuesConfig: {
    ACTION: { description: 'Runs after the change has committed; tried again until it is answered.' },
    FILTER: { description: 'Runs before the change; may alter its payload or refuse it.' },
  },
});

@ObjectType({ description: 'A place where plugins can act.' })
export class HookDefinition {
  @Field(() => String, { description: 'The event or filter, such as `user.signed-in` or `user.deleting`.' })
  name!: string;

  @Field(() => HookKind, { description: 'Whether it runs after a change or before it.' })
  kind!: keyof typeof HookKind;
}

@Resolver()
export class HookResolver {
  @Query(() => [HookDefinition], { description: 'Every hook of the core that a plugin can subscribe to. Needs sign-in.' })
  @SignedIn()
  hooks(): HookDefinition[] {
    return [
      ...Object.keys(eventCatalog).map((name) => ({ name, kind: 'ACTION' as const })),
      ...Object.keys(filterCatalog).map((name) => ({ name, kind: 'FILTER' as const })),
    ];
  }
}
