import { PageArgs, payload, RequiresRole } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { Arg, Args, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { TenancyContext } from '../context.ts';
import { Tenant } from './tenant.entity.ts';
import {
  CreateTenantInput,
  DeleteTenantInput,
  ReactivateTenantInput,
  RestoreTenantInput,
  SuspendTenantInput,
  TenantFilter,
  TenantOrder,
  UpdateTenantInput,
} from './tenant.inputs.ts';
import {
  CreateTenantPayload,
  DeleteTenantPayload,
  ReactivateTenantPayload,
  RestoreTenantPayload,
  SuspendTenantPayload,
  TenantConnection,
  UpdateTenantPayload,
} from './tenant.payloads.ts';

/** What platform admins do with tenants; none of it exists in the API of a tenant. */
@Resolver()
export class TenantPlatformResolver {
  @Directive('@tag(name: "platform")')
  @Query(() => TenantConnection, {
    description:
      'The tenants of this installation, by name unless said otherwise; those that are DELETED when asked for. Needs `super_admin`.',
  })
  @RequiresRole(superAdmin)
  tenants(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TenantFilter, { nullable: true, description: 'Narrows the list.' }) filter: TenantFilter | null,
    @Arg('orderBy', () => TenantOrder, { nullable: true, description: 'By name, ascending, when left out.' }) order: TenantOrder | null,
    @Ctx() { read }: TenancyContext,
  ) {
    return read.page(page, filter ?? {}, order ?? undefined);
  }

  @Directive('@tag(name: "platform")')
  @Query(() => Tenant, {
    nullable: true,
    description: 'One tenant, wherever it stands in its life; null when there is none. Needs `super_admin`.',
  })
  @RequiresRole(superAdmin)
  tenantById(@Arg('id', () => ID, { description: 'As `createTenant` answered it.' }) id: string, @Ctx() { read }: TenancyContext) {
    return read.byId(id);
  }

  @Directive('@tag(name: "platform")')
  @Query(() => Tenant, {
    nullable: true,
    description: 'The newest tenant with this slug, also one that FAILED; null when there is none or it is deleted. Needs `super_admin`.',
  })
  @RequiresRole(superAdmin)
  tenantBySlug(@Arg('slug', () => String, { description: 'Such as `acme-corp`.' }) slug: string, @Ctx() { read }: TenancyContext) {
    return read.bySlug(slug);
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => CreateTenantPayload, {
    description:
      'Accepts a tenant and begins to provision it; it ends ACTIVE, or FAILED with everything undone. `TENANT_SLUG_INVALID`, `TENANT_SLUG_TAKEN`, `BAD_USER_INPUT`.',
  })
  @RequiresRole(superAdmin)
  createTenant(
    @Arg('input', () => CreateTenantInput, { description: 'The tenant and its first admin.' }) input: CreateTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload(['tenant', 'operation', 'invitationUrl'], async () => ({ ...(await tenants.create(input)) }));
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => UpdateTenantPayload, {
    description: 'Renames a tenant. `BAD_USER_INPUT`, `VERSION_CONFLICT`, `HOOK_VETOED`.',
  })
  @RequiresRole(superAdmin)
  updateTenant(
    @Arg('input', () => UpdateTenantInput, { description: 'What to change.' }) input: UpdateTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.update(input));
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => SuspendTenantPayload, {
    description: 'Closes a tenant: tokens, streams and sign-ins are refused within 5 seconds, data stays. `TENANT_STATUS_INVALID`.',
  })
  @RequiresRole(superAdmin)
  suspendTenant(
    @Arg('input', () => SuspendTenantInput, { description: 'Which tenant, and why.' }) input: SuspendTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.suspend(input));
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => ReactivateTenantPayload, { description: 'Opens a suspended tenant again, as it was. `TENANT_STATUS_INVALID`.' })
  @RequiresRole(superAdmin)
  reactivateTenant(
    @Arg('input', () => ReactivateTenantInput, { description: 'Which tenant.' }) input: ReactivateTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.reactivate(input));
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => DeleteTenantPayload, {
    description:
      'Closes a tenant at once, and erases it: after the grace period, in which `restoreTenant` brings it back, or now. Erased are its schema, realm, bucket and events, with the key of those that were sent on; the slug is free again. `VERSION_CONFLICT`, `BAD_USER_INPUT`, `TENANT_STATUS_INVALID`.',
  })
  @RequiresRole(superAdmin)
  deleteTenant(
    @Arg('input', () => DeleteTenantInput, { description: 'Which tenant, confirmed by its slug.' }) input: DeleteTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload(['tenant', 'operation'], async () => ({ ...(await tenants.delete(input)) }));
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => RestoreTenantPayload, {
    description: 'Brings back a tenant in its grace period, as it was before it was deleted. `TENANT_STATUS_INVALID`.',
  })
  @RequiresRole(superAdmin)
  restoreTenant(
    @Arg('input', () => RestoreTenantInput, { description: 'Which tenant.' }) input: RestoreTenantInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.restore(input));
  }
}
