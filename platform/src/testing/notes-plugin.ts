import { definePlugin, on, type Plugin, type PluginContext, SignedIn } from '@plexica/plugin-kit';
import { Ctx, Directive, Field, FieldResolver, ID, Int, ObjectType, Resolver } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A tenant with its notes' })
class Tenant {
  @Field(() => ID) id!: string;
}

@Resolver(() => Tenant)
class NotesResolver {
  @FieldResolver(() => Int, { nullable: true, description: 'How many notes' })
  @SignedIn()
  async notes(@Ctx() { db }: PluginContext) {
    return db(async (em) => {
      const [row] = await em
        .getConnection()
        .execute<{ count: string }[]>('select count(*) from note', [], 'all', em.getTransactionContext());
      return Number(row?.count);
    });
  }
}

/** A small plugin for tests: one field, one migration, one action that writes. */
export const notes: Plugin = definePlugin({
  id: 'notes',
  version: '1.0.0',
  name: 'Notes',
  description: 'Notes of a tenant',
  resolvers: [NotesResolver],
  orphanedTypes: [Tenant],
  references: { Tenant: ({ id }: { id: string }) => ({ id }) },
  migrations: [{ name: '0001-note', sql: 'create table note (id serial primary key, text text not null)' }],
  hooks: [
    on('user.signed-in', async ({ user }, { db }) => {
      await db((em) => em.getConnection().execute('insert into note (text) values (?)', [user.email], 'run', em.getTransactionContext()));
    }),
  ],
});
