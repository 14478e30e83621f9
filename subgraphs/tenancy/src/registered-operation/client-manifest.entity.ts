import { defineEntity } from '@mikro-orm/core';
import { DateTime } from '@plexica/plugin-kit';
import { Field, Int, ObjectType } from 'type-graphql';

/** The operations that one client of a tenant asks. */
@ObjectType({ description: 'The operations that a client, such as a shop or an app, registered with a tenant.' })
export class ClientManifest {
  tenantId!: string;

  @Field(() => String, { description: 'What the client calls itself in the header `apollographql-client-name`.' })
  client!: string;

  @Field(() => String, { description: 'Changes with any of the operations; equal digests are equal operations.' })
  digest!: string;

  operations!: Record<string, string>;

  @Field(() => Int, { description: 'How many operations are registered.' })
  operationCount!: number;

  @Field(() => DateTime, { description: 'When they were registered last.' })
  registeredAt!: Date;
}

export const ClientManifestEntity = defineEntity({
  class: ClientManifest,
  tableName: 'client_manifest',
  schema: 'plexica',
  properties: (p) => ({
    tenantId: p.uuid().primary(),
    client: p.text().primary(),
    digest: p.text(),
    operations: p.json<Record<string, string>>().lazy(),
    operationCount: p.integer(),
    registeredAt: p.datetime(),
  }),
});
