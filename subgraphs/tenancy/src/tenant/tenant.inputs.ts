import { OrderDirection } from '@plexica/plugin-kit';
import { Directive, Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { DeletionMode } from '../deletion/deletion-mode.ts';
import { BrandingAsset } from './branding-asset.ts';
import { TenantStatus } from './tenant-status.ts';

@Directive('@tag(name: "platform")')
@InputType({ description: 'Which tenants a list shows; all conditions hold together.' })
export class TenantFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name or the slug, ignoring case.' })
  search?: string | null;

  @Field(() => TenantStatus, { nullable: true, description: 'Only tenants that stand here in their life.' })
  status?: TenantStatus | null;
}

export const TenantOrderField = { NAME: 'NAME', SLUG: 'SLUG', CREATED_AT: 'CREATED_AT' } as const;
registerEnumType(TenantOrderField, {
  name: 'TenantOrderField',
  description: 'What a list of tenants is ordered by; equal values keep a stable order.',
  valuesConfig: {
    NAME: { description: 'What people call the tenant.' },
    SLUG: { description: 'The unique name in addresses.' },
    CREATED_AT: { description: 'When the platform accepted the tenant.' },
  },
});

@Directive('@tag(name: "platform")')
@InputType({ description: 'The order of a list of tenants.' })
export class TenantOrder {
  @Field(() => TenantOrderField, { description: 'The value compared.' })
  field!: keyof typeof TenantOrderField;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which end comes first.' })
  direction!: keyof typeof OrderDirection;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A tenant to be provisioned, and who will run it.' })
export class CreateTenantInput {
  @Field(() => String, {
    description:
      '2 to 40 lower-case letters, digits and single hyphens, starting with a letter, such as `acme-corp`. Immutable. `TENANT_SLUG_INVALID`, `TENANT_SLUG_TAKEN`.',
  })
  slug!: string;

  @Field(() => String, { description: 'What people call the tenant, 1 to 100 characters.' })
  name!: string;

  @Field(() => String, { description: 'Email of the first admin, who is invited and will sign in with it.' })
  adminEmail!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the first admin, 1 to 100 characters; the part of the email before the @ when left out.',
  })
  adminDisplayName?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Plugins that are installed and active from the start, by plugin id; a plugin that cannot be installed fails the whole.',
  })
  plugins?: string[] | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'What the platform changes about a tenant.' })
export class UpdateTenantInput {
  @Field(() => ID, { description: 'The tenant to change; `TENANT_NOT_FOUND` when there is none.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 100 characters; unchanged when left out.' })
  name?: string | null;

  @Field(() => Int, { description: 'The version the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A tenant to close until further notice.' })
export class SuspendTenantInput {
  @Field(() => ID, { description: 'The tenant to close; `TENANT_STATUS_INVALID` unless it is active.' })
  id!: string;

  @Field(() => String, { description: 'Why, in words for other platform admins, 1 to 500 characters; kept in the audit log.' })
  reason!: string;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A suspended tenant to open again.' })
export class ReactivateTenantInput {
  @Field(() => ID, { description: 'The tenant to open; `TENANT_STATUS_INVALID` unless it is suspended.' })
  id!: string;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A tenant to be deleted.' })
export class DeleteTenantInput {
  @Field(() => ID, { description: 'The tenant to delete; `TENANT_STATUS_INVALID` while it is provisioned or erased.' })
  id!: string;

  @Field(() => String, { description: 'Its slug once more, so that no other is deleted by mistake; `BAD_USER_INPUT` otherwise.' })
  confirmSlug!: string;

  @Field(() => DeletionMode, { description: 'Whether it can be restored for a while.' })
  mode!: DeletionMode;

  @Field(() => Int, { description: 'The version the decision is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A deleted tenant to bring back.' })
export class RestoreTenantInput {
  @Field(() => ID, { description: 'The tenant to bring back; `TENANT_STATUS_INVALID` unless it waits for its deletion.' })
  id!: string;
}

@InputType({ description: 'What the admins of a tenant decide for everybody in it. Left out means unchanged, null clears.' })
export class UpdateTenantSettingsInput {
  @Field(() => String, { nullable: true, description: 'Language for users who chose none, a BCP 47 tag such as `it-IT`.' })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'Time zone that days are counted in, an IANA name such as `Europe/Rome`.' })
  timezone?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Origins whose pages may call this endpoint besides the console, such as `https://shop.example`: at most 20, https unless on loopback.',
  })
  allowedOrigins?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether clients may ask only operations registered by `registerOperations`. Who holds `settings.write` may ask anything all the same.',
  })
  registeredOperationsOnly?: boolean | null;

  @Field(() => Int, { description: 'The version of the tenant that the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;
}

@InputType({ description: 'A new look of the tenant. Left out means unchanged, null goes back to the look of Plexica.' })
export class UpdateBrandingInput {
  @Field(() => String, { nullable: true, description: 'Address of the logo: https, or a path of this platform; at most 2048 characters.' })
  logoUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'Main colour, a # and six hexadecimal digits.' })
  primaryColor?: string | null;

  @Field(() => String, { nullable: true, description: 'Colour of highlights, a # and six hexadecimal digits.' })
  accentColor?: string | null;

  @Field(() => Int, { description: 'The version of the tenant that the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;
}

registerEnumType(BrandingAsset, {
  name: 'BrandingAsset',
  description: 'The pictures that a tenant can upload for its look.',
  valuesConfig: { LOGO: { description: 'Shown in the console and on the sign-in page; becomes `Branding.logoUrl`.' } },
});

@InputType({ description: 'A picture for the look of the tenant, sent to `/uploads` before.' })
export class UploadBrandingAssetInput {
  @Field(() => BrandingAsset, { defaultValue: 'LOGO', description: 'Which picture it is.' })
  asset!: BrandingAsset;

  @Field(() => ID, {
    description:
      'The id that `POST /uploads` answered: a PNG, JPEG, WebP, GIF or AVIF of at most 1 MB, judged by its bytes. `UPLOAD_NOT_FOUND`, `IMAGE_INVALID`.',
  })
  uploadId!: string;

  @Field(() => Int, { description: 'The version of the tenant that the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;
}
