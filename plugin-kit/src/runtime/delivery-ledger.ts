import type { EntityManager } from '@mikro-orm/postgresql';

/** Put before the migrations of a plugin with actions: deliveries that were done, so that none counts twice. */
export const deliveryMigration = {
  name: '0000-plexica-deliveries',
  sql: 'create table plexica_delivery (id text primary key, done_at timestamptz not null default now())',
};

/** Notes the delivery within the transaction; false when it was done before. */
export const noteDelivery = async (em: EntityManager, id: string): Promise<boolean> => {
  const rows = await em
    .getConnection()
    .execute<{ id: string }[]>(
      'insert into plexica_delivery (id) values (?) on conflict do nothing returning id',
      [id],
      'all',
      em.getTransactionContext(),
    );
  return rows.length > 0;
};
