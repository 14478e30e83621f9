import type { OperationKind as Kind, OperationRecord, OperationStatus as Status } from '@plexica/foundation';
import { DateTime, Payload } from '@plexica/plugin-kit';
import { Directive, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const OperationKind: { readonly [K in Kind]: K } = {
  TENANT_PROVISION: 'TENANT_PROVISION',
  TENANT_SUSPEND: 'TENANT_SUSPEND',
  TENANT_REACTIVATE: 'TENANT_REACTIVATE',
  TENANT_DELETE: 'TENANT_DELETE',
  TENANT_RESTORE: 'TENANT_RESTORE',
  TENANT_EXPORT: 'TENANT_EXPORT',
  PLUGIN_INSTALL: 'PLUGIN_INSTALL',
  PLUGIN_ACTIVATE: 'PLUGIN_ACTIVATE',
  PLUGIN_DEACTIVATE: 'PLUGIN_DEACTIVATE',
  PLUGIN_UPGRADE: 'PLUGIN_UPGRADE',
  PLUGIN_UNINSTALL: 'PLUGIN_UNINSTALL',
};
registerEnumType(OperationKind, {
  name: 'OperationKind',
  description: 'What a durable operation is for.',
  valuesConfig: {
    TENANT_PROVISION: { description: 'Makes everything a new tenant needs and opens it.' },
    TENANT_SUSPEND: { description: 'Closes a tenant where more than its status has to change.' },
    TENANT_REACTIVATE: { description: 'Opens a suspended tenant where more than its status has to change.' },
    TENANT_DELETE: { description: 'Closes a tenant and erases its data, at once or after the grace period.' },
    TENANT_RESTORE: { description: 'Brings back a tenant that waits for its deletion.' },
    TENANT_EXPORT: { description: 'Packs the data of a tenant into an archive.' },
    PLUGIN_INSTALL: { description: 'Gives a plugin its schema, login and hooks in a tenant.' },
    PLUGIN_ACTIVATE: { description: 'Adds an installed plugin to the supergraph of its tenant.' },
    PLUGIN_DEACTIVATE: { description: 'Takes a plugin out of the supergraph and keeps its data.' },
    PLUGIN_UPGRADE: { description: 'Moves an installation to another version of its plugin.' },
    PLUGIN_UNINSTALL: { description: 'Removes an installation with all that is the plugin’s.' },
  },
});

export const OperationStatus: { readonly [S in Status]: S } = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  COMPENSATING: 'COMPENSATING',
  COMPENSATED: 'COMPENSATED',
  FAILED: 'FAILED',
};
registerEnumType(OperationStatus, {
  name: 'OperationStatus',
  description: 'How far an operation, or one step of it, has come.',
  valuesConfig: {
    PENDING: { description: 'Accepted, not begun. It will be, also after a crash.' },
    RUNNING: { description: 'At work, or waiting for another attempt.' },
    SUCCEEDED: { description: 'Done, with everything it was for.' },
    COMPENSATING: { description: 'A step failed for good; what was done before it is being undone.' },
    COMPENSATED: { description: 'Failed, and everything it had done is undone; nothing is left behind.' },
    FAILED: { description: 'Failed, and could not be undone completely: somebody has to look, then retry.' },
  },
});

/** The words after which an operation changes no more. */
export const hasEnded = ({ status }: Pick<OperationRecord, 'status'>): boolean => ['SUCCEEDED', 'COMPENSATED', 'FAILED'].includes(status);

@ObjectType({ description: 'One part of an operation; parts run one after the other, each may run more than once.' })
export class OperationStep {
  @Field(() => String, { description: 'What the part does, in one lower-case word such as `schema`; unique within the operation.' })
  name!: string;

  @Field(() => OperationStatus, { description: 'How far this part has come; a part that never began stays PENDING.' })
  status!: Status;

  @Field(() => Int, { description: 'How often the process that has it began it; more than 1 when an attempt failed.' })
  attempts!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was first begun; null before.' })
  startedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was done or given up; null until then.' })
  finishedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the latest attempt failed, in words; null when it did not.' })
  error?: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'Long work that survives crashes: it ends with everything done, or with everything undone.' })
export class Operation {
  @Field(() => ID, { description: 'Opaque; give it to `operation` or `operationProgress` to follow the work.' })
  id!: string;

  @Field(() => OperationKind, { description: 'What the work is for.' })
  kind!: Kind;

  @Field(() => OperationStatus, { description: 'How far the whole has come.' })
  status!: Status;

  @Field(() => [OperationStep], { description: 'Its parts in the order they run.' })
  steps!: readonly OperationStep[];

  @Field(() => Float, { description: 'The share of parts that are done, from 0 to 1.' })
  progress?: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the work failed, in words that begin with the error code; null while it has not.',
  })
  error?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When a worker first took it up; null before.' })
  startedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended, well or not; null until then.' })
  finishedAt?: Date | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of trying a failed operation again.' })
export class RetryOperationPayload extends Payload {
  @Field(() => Operation, { nullable: true, description: 'As it goes on now; null with user errors.' })
  operation?: Operation | null;
}
