import { PageInfo, Payload } from '@plexica/plugin-kit';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { Operation } from '../operation/operation.types.ts';
import { Tenant } from './tenant.entity.ts';

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'A tenant at its place in a list.' })
export class TenantEdge {
  @Field(() => String, { description: 'Where this tenant stands, to be given as `after`. Opaque, good for this order only.' })
  cursor!: string;

  @Field(() => Tenant, { description: 'What stands there.' })
  node!: Tenant;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'One page of the tenants of this installation.' })
export class TenantConnection {
  @Field(() => [TenantEdge], { description: 'The tenants of this page, in the order asked for.' })
  edges!: TenantEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands within the whole list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many tenants the filter lets through, on all pages together.' })
  totalCount!: number;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'A tenant that was accepted, and the work that makes it.' })
export class CreateTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'The new tenant, still PROVISIONING; null with user errors.' })
  tenant?: Tenant | null;

  @Field(() => Operation, { nullable: true, description: 'The provisioning; follow it with `operationProgress`. Null with user errors.' })
  operation?: Operation | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the first admin sets a password and is signed in, once the tenant is ACTIVE. Told here and never again.',
  })
  invitationUrl?: string | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of changing a tenant from the platform.' })
export class UpdateTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'As it is now; the fresh state on `VERSION_CONFLICT`, null with other user errors.' })
  tenant?: Tenant | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of closing a tenant.' })
export class SuspendTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'Now SUSPENDED; refused everywhere within 5 seconds. Null with user errors.' })
  tenant?: Tenant | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of opening a suspended tenant.' })
export class ReactivateTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'Now ACTIVE again; null with user errors.' })
  tenant?: Tenant | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of deleting a tenant.' })
export class DeleteTenantPayload extends Payload {
  @Field(() => Tenant, {
    nullable: true,
    description:
      'Now PENDING_DELETION and refused everywhere within 5 seconds; the fresh state on `VERSION_CONFLICT`, null with other errors.',
  })
  tenant?: Tenant | null;

  @Field(() => Operation, {
    nullable: true,
    description:
      'The work that erases it; follow it with `operationProgress`. Null for a deletion that can be taken back, and with user errors.',
  })
  operation?: Operation | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'The outcome of bringing a tenant back.' })
export class RestoreTenantPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'ACTIVE or SUSPENDED, as it was before; null with user errors.' })
  tenant?: Tenant | null;
}

@ObjectType({ description: 'The outcome of changing settings.' })
export class UpdateTenantSettingsPayload extends Payload {
  @Field(() => Tenant, {
    nullable: true,
    description: 'With the new settings; the fresh state on `VERSION_CONFLICT`, null with other errors.',
  })
  tenant?: Tenant | null;
}

@ObjectType({ description: 'The outcome of putting an uploaded picture into the look.' })
export class UploadBrandingAssetPayload extends Payload {
  @Field(() => Tenant, {
    nullable: true,
    description: 'With the new picture; the fresh state on `VERSION_CONFLICT`, null with other errors.',
  })
  tenant?: Tenant | null;
}

@ObjectType({ description: 'The outcome of changing the look.' })
export class UpdateBrandingPayload extends Payload {
  @Field(() => Tenant, { nullable: true, description: 'With the new look; the fresh state on `VERSION_CONFLICT`, null with other errors.' })
  tenant?: Tenant | null;
}
