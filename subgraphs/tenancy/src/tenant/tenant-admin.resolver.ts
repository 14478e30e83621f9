import { payload, RequiresPermission } from '@plexica/plugin-kit';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { TenancyContext } from '../context.ts';
import { UpdateBrandingInput, UpdateTenantSettingsInput, UploadBrandingAssetInput } from './tenant.inputs.ts';
import { UpdateBrandingPayload, UpdateTenantSettingsPayload, UploadBrandingAssetPayload } from './tenant.payloads.ts';

/** What the admins of a tenant change about it. */
@Resolver()
export class TenantAdminResolver {
  @Mutation(() => UpdateTenantSettingsPayload, {
    description: 'Changes the settings of the own tenant. `BAD_USER_INPUT`, `VERSION_CONFLICT`, `HOOK_VETOED`. Needs `settings.write`.',
  })
  @RequiresPermission('settings.write')
  updateTenantSettings(
    @Arg('input', () => UpdateTenantSettingsInput, { description: 'What to change.' }) input: UpdateTenantSettingsInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.updateSettings(input));
  }

  @Mutation(() => UpdateBrandingPayload, {
    description: 'Changes logo and colours of the own tenant. `BAD_USER_INPUT`, `VERSION_CONFLICT`, `HOOK_VETOED`. Needs `settings.write`.',
  })
  @RequiresPermission('settings.write')
  updateBranding(
    @Arg('input', () => UpdateBrandingInput, { description: 'What to change.' }) input: UpdateBrandingInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.updateBranding(input));
  }

  @Mutation(() => UploadBrandingAssetPayload, {
    description:
      'Puts an uploaded picture into the look of the own tenant. `UPLOAD_NOT_FOUND`, `IMAGE_INVALID`, `VERSION_CONFLICT`, `HOOK_VETOED`. Needs `settings.write`.',
  })
  @RequiresPermission('settings.write')
  uploadBrandingAsset(
    @Arg('input', () => UploadBrandingAssetInput, { description: 'Which upload becomes what.' }) input: UploadBrandingAssetInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('tenant', () => tenants.uploadBrandingAsset(input));
  }
}
