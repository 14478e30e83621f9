import { defineEntity, OptionalProps } from '@mikro-orm/core';
import { DateTime, DomainError, RequiresRole } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Branding } from './branding.ts';
import type { TenantSettings } from './tenant-settings.ts';
import { TenantStatus } from './tenant-status.ts';

/** What provisioning made outside our database; noted before it is made, so that a stranger's thing is never taken or removed. */
export type Owned = 'realm' | 'bucket';

/** A customer of the platform. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A customer of the platform with its own schema, realm, bucket and supergraph. Plugins extend this entity.' })
export class Tenant {
  declare [OptionalProps]?: 'suspendedReason' | 'provisioningId' | 'deletesAt' | 'deletionId' | 'snapshot' | 'state';

  @Field(() => ID, { description: 'Opaque, the same for the whole life of the tenant; plugins key their rows by it.' })
  id!: string;

  @Field(() => String, {
    description: '2 to 40 lower-case letters, digits and single hyphens, such as `acme-corp`. Immutable; names the host and the realm.',
  })
  slug!: string;

  @Field(() => String, { description: 'What people call the tenant, 1 to 100 characters; need not be unique.' })
  name!: string;

  @Field(() => TenantStatus, { description: 'Whether the tenant is open, being made, closed or gone.' })
  status!: TenantStatus;

  @Field(() => Int, { description: 'Grows with each change by an admin; updates send it back so that none overwrites another.' })
  version!: number;

  settings!: TenantSettings;

  @Field(() => Branding, { description: 'Logo and colours, chosen by the admins of the tenant.' })
  branding!: Branding;

  adminEmail!: string;

  @Directive('@tag(name: "platform")')
  @Field(() => String, { nullable: true, description: 'Why a platform admin closed the tenant; null while it is not suspended.' })
  @RequiresRole(superAdmin)
  suspendedReason?: string | null;

  provisioningId?: string | null;

  @Directive('@tag(name: "platform")')
  @Field(() => DateTime, {
    nullable: true,
    description: 'When a tenant that is PENDING_DELETION is erased unless it is restored; null at any other time.',
  })
  @RequiresRole(superAdmin)
  deletesAt?: Date | null;

  deletionId?: string | null;

  owned!: Owned[];

  @Field(() => DateTime, { description: 'When the platform accepted the tenant, before it was provisioned.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When name, status, settings or branding last changed.' })
  updatedAt!: Date;

  /** The shape that events and hooks carry. */
  get snapshot() {
    return { id: this.id, slug: this.slug, name: this.name };
  }

  /** What the audit log keeps of a state. */
  get state() {
    const { name, status, settings, branding, suspendedReason } = this;
    return { name, status, settings, branding, suspendedReason: suspendedReason ?? null };
  }

  expect(version: number): void {
    if (version !== this.version) throw new DomainError('VERSION_CONFLICT', { details: { current: this }, path: ['input', 'version'] });
  }

  change(changes: Partial<Pick<Tenant, 'name' | 'settings' | 'branding'>>, now: Date): void {
    Object.assign(this, changes);
    this.version += 1;
    this.updatedAt = now;
  }

  suspend(reason: string, now: Date): void {
    this.moveTo('SUSPENDED', now, ['ACTIVE']);
    this.suspendedReason = reason;
  }

  reactivate(now: Date): void {
    this.moveTo('ACTIVE', now, ['SUSPENDED']);
    this.suspendedReason = null;
  }

  /** Closed at once; open again by `restore` until it is erased. */
  close(deletesAt: Date, now: Date): void {
    this.moveTo('PENDING_DELETION', now, ['ACTIVE', 'SUSPENDED']);
    this.deletesAt = deletesAt;
  }

  restore(now: Date): void {
    this.mustNotBeErased();
    this.moveTo(this.suspendedReason == null ? 'ACTIVE' : 'SUSPENDED', now, ['PENDING_DELETION']);
    this.deletesAt = null;
  }

  /** From here on there is no way back. One whose provisioning failed keeps its status: its slug may have another bearer. */
  beginErasing(operationId: string, now: Date): void {
    this.mustNotBeErased();
    if (this.status === 'FAILED') this.moveTo('FAILED', now, ['FAILED']);
    else this.moveTo('PENDING_DELETION', now, ['ACTIVE', 'SUSPENDED', 'PENDING_DELETION']);
    this.deletesAt = null;
    this.deletionId = operationId;
  }

  /** Leaves a tombstone: that there was a tenant of this slug, and nothing that anybody chose or is called. */
  bury(now: Date): void {
    this.moveTo('DELETED', now, ['PENDING_DELETION', 'FAILED']);
    Object.assign(this, { name: this.slug, adminEmail: '', settings: {}, branding: {}, suspendedReason: null, provisioningId: null });
  }

  private mustNotBeErased(): void {
    if (this.deletionId) throw new DomainError('TENANT_STATUS_INVALID', { message: 'The tenant is being erased.', path: ['input', 'id'] });
  }

  /** Refuses a status that the life of a tenant does not lead to from here. */
  moveTo(status: TenantStatus, now: Date, from: readonly TenantStatus[]): void {
    if (!from.includes(this.status))
      throw new DomainError('TENANT_STATUS_INVALID', {
        message: `The tenant is ${this.status}, not ${from.join(' or ')}.`,
        path: ['input', 'id'],
      });
    this.status = status;
    this.version += 1;
    this.updatedAt = now;
  }
}

export const TenantEntity = defineEntity({
  class: Tenant,
  tableName: 'tenant',
  schema: 'plexica',
  properties: (p) => ({
    id: p.uuid().primary(),
    slug: p.text(),
    name: p.text(),
    status: p.text().$type<TenantStatus>(),
    version: p.integer(),
    settings: p.json<TenantSettings>(),
    branding: p.json<Branding>(),
    adminEmail: p.text(),
    suspendedReason: p.text().nullable(),
    provisioningId: p.uuid().nullable(),
    deletesAt: p.datetime().nullable(),
    deletionId: p.uuid().nullable(),
    owned: p.array().$type<Owned[]>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  }),
});
