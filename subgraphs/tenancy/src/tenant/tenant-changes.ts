import type { FilterUse } from '@plexica/foundation';
import type { FilterPayload } from '@plexica/schema';
import { type Branding, brandingChanges } from './branding.ts';
import type { Tenant } from './tenant.entity.ts';
import { nameOf } from './tenant-input.ts';
import { settingsChanges, type TenantSettings } from './tenant-settings.ts';

/** What an update may touch; settings and branding name only the values that change. */
export interface TenantChanges {
  readonly name?: string;
  readonly settings?: TenantSettings;
  readonly branding?: Branding;
}

export interface TenantUpdate {
  readonly id: string;
  readonly version: number;
  readonly changes: TenantChanges;
}

/** Lets the plugins of the tenant judge an update before it happens; what they change is checked like anybody's input. */
export const updatingFilter = (tenant: Tenant): FilterUse<TenantUpdate> => ({
  name: 'tenant.updating',
  payload: ({ changes }) => ({ tenant: tenant.snapshot, changes: { ...changes } }),
  apply: (update, payload) => ({ ...update, changes: checkedChanges((payload as FilterPayload<'tenant.updating'>).changes) }),
});

export const checkedChanges = ({ name, settings, branding }: Readonly<Record<string, unknown>>): TenantChanges => ({
  ...(name != null && { name: nameOf(name) }),
  ...(settings != null && { settings: settingsChanges(settings) }),
  ...(branding != null && { branding: brandingChanges(branding) }),
});

/** The whole values after the changes. */
export const merged = (tenant: Tenant, { name, settings, branding }: TenantChanges) => ({
  ...(name !== undefined && { name }),
  ...(settings && { settings: { ...tenant.settings, ...settings } }),
  ...(branding && { branding: { ...tenant.branding, ...branding } }),
});
