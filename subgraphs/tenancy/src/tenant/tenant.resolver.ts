import { Json, Public, RequiresPermission, RequiresRole, SignedIn } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { Arg, Ctx, Directive, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { TenancyContext } from '../context.ts';
import { Operation } from '../operation/operation.types.ts';
import { Tenant } from './tenant.entity.ts';
import { TenantSignIn } from './tenant-sign-in.ts';

@Resolver(() => Tenant)
export class TenantResolver {
  @Query(() => Tenant, { nullable: true, description: 'The tenant that this request is for; null on the platform itself.' })
  @SignedIn()
  tenant(@Ctx() { read }: TenancyContext) {
    return read.own();
  }

  @Query(() => TenantSignIn, {
    nullable: true,
    description: 'Where and how people of a tenant sign in; null for an unknown slug and for a tenant that is not active alike.',
  })
  @Public()
  tenantSignIn(
    @Arg('slug', () => String, { description: 'Such as `acme-corp`, or `plexica` for platform admins.' }) slug: string,
    @Ctx() { signInOf }: TenancyContext,
  ) {
    return signInOf(slug);
  }

  @FieldResolver(() => Json, {
    description:
      'What the admins decided for everybody: `locale` (BCP 47), `timezone` (IANA), `allowedOrigins` (front ends that browsers may call from) and `registeredOperationsOnly`, each left out until chosen. Needs `settings.read`.',
  })
  @RequiresPermission('settings.read')
  settings(@Root() { settings }: Tenant) {
    return settings;
  }

  @FieldResolver(() => Operation, { nullable: true, description: 'The operation that made this tenant, or is making it.' })
  provisioning(@Root() { provisioningId }: Tenant, @Ctx() { operations }: TenancyContext) {
    return provisioningId ? operations.find(provisioningId) : null;
  }

  @Directive('@tag(name: "platform")')
  @FieldResolver(() => Operation, { nullable: true, description: 'The operation that is erasing this tenant, or did; null until then.' })
  @RequiresRole(superAdmin)
  deletion(@Root() { deletionId }: Tenant, @Ctx() { operations }: TenancyContext) {
    return deletionId ? operations.find(deletionId) : null;
  }
}
