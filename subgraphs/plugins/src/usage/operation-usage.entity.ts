import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

/** An operation that users of a tenant ask. */
export const OperationUsageEntity = defineEntity({
  name: 'OperationUsageRow',
  tableName: 'operation_usage',
  schema: '*',
  properties: {
    /** Of the text. */
    hash: p.text().primary(),
    name: p.text().nullable(),
    kind: p.text().$type<'query' | 'mutation' | 'subscription'>(),
    /** Without the values that were written into it. */
    text: p.text(),
    /** What it uses of the API, as schema coordinates. */
    elements: p.json<string[]>(),
    /** The plugin set it was last asked of. */
    supergraph: p.text(),
    calls: p.bigint('number'),
    firstUsedAt: p.datetime(),
    lastUsedAt: p.datetime(),
  },
});

export type OperationUsageRow = InferEntity<typeof OperationUsageEntity>;
