import { type Change, createUploadStore, type OperationRecord, type UseCase, type Work } from '@plexica/foundation';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { type DeletedTenant, type Deletion, deleteTenant } from '../deletion/delete-tenant.ts';
import type { TenancyDeps } from '../deps.ts';
import { retryOperation } from '../operation/retry-operation.ts';
import { type AcceptedTenant, createTenant, type NewTenant } from '../provisioning/create-tenant.ts';
import type { Branding } from './branding.ts';
import { type BrandingAsset, brandingField, createBrandingAssets } from './branding-asset.ts';
import type { Tenant } from './tenant.entity.ts';
import { checkedChanges, merged, type TenantUpdate, updatingFilter } from './tenant-changes.ts';
import { reasonOf } from './tenant-input.ts';
import { findTenant, lockTenant } from './tenant-rows.ts';
import type { TenantSettings } from './tenant-settings.ts';

const byPlatform = { role: superAdmin };
const byTenantAdmin = { permission: 'settings.write' };

interface BrandingUpload {
  readonly asset: BrandingAsset;
  readonly uploadId: string;
  readonly version: number;
}

type Guard = NonNullable<UseCase<unknown>['guard']>;

/** Creating, changing, closing and opening tenants, on behalf of one caller. */
export class TenantService {
  readonly #deps: TenancyDeps;
  readonly #call: SubgraphCall;
  readonly #change: Change;

  constructor(deps: TenancyDeps, call: SubgraphCall) {
    this.#deps = deps;
    this.#call = call;
    this.#change = deps.changeFor(call);
  }

  async create(input: NewTenant): Promise<AcceptedTenant> {
    const accepted = await createTenant(input, this.#change, this.#deps);
    this.#announce(accepted.tenant);
    return accepted;
  }

  async update({ id, version, name }: { readonly id: string; readonly version: number; readonly name?: string | null }): Promise<Tenant> {
    return this.#update({ id, version, changes: checkedChanges({ name }) }, 'tenant.update', byPlatform);
  }

  /** Of the caller's own tenant; null clears, undefined leaves. */
  async updateSettings({ version, ...settings }: TenantSettings & { readonly version: number }): Promise<Tenant> {
    return this.#update({ id: this.#own(), version, changes: checkedChanges({ settings }) }, 'tenant.update-settings', byTenantAdmin);
  }

  /** Of the caller's own tenant; null clears, undefined leaves. */
  async updateBranding({ version, ...branding }: Branding & { readonly version: number }): Promise<Tenant> {
    return this.#update({ id: this.#own(), version, changes: checkedChanges({ branding }) }, 'tenant.update-branding', byTenantAdmin);
  }

  /** Of the caller's own tenant: a picture that was uploaded before. The one it replaces is removed. */
  async uploadBrandingAsset({ asset, uploadId, version }: BrandingUpload): Promise<Tenant> {
    const id = this.#own();
    const found = await this.#deps.database.platform((em) => findTenant(em, id));
    // An upload counts once: what will be refused anyway leaves it be.
    found?.expect(version);
    if (!found) throw new DomainError('TENANT_NOT_FOUND');
    const assets = createBrandingAssets({ ...this.#deps, uploads: createUploadStore(this.#deps) });
    const path = await assets.keep(found, { uploadId, owner: this.#call.claims.user?.id ?? '' });
    const changes = checkedChanges({ branding: { [brandingField[asset]]: path } });
    const updating = this.#update({ id, version, changes }, 'tenant.upload-branding-asset', byTenantAdmin);
    const now = await updating.catch(() => found);
    await assets.sweep(now).catch((error) => this.#deps.log.warn({ error, tenant: id }, 'an old picture stays'));
    return updating;
  }

  /** Holds at once for new answers of the Directory, within seconds for all others. */
  async suspend({ id, reason: raw }: { readonly id: string; readonly reason: string }): Promise<Tenant> {
    const reason = reasonOf(raw);
    return this.#move(id, 'tenant.suspend', (tenant, { events }) => {
      tenant.suspend(reason, this.#deps.clock());
      events.record('tenant.suspended', { tenant: tenant.snapshot, reason });
    });
  }

  async reactivate({ id }: { readonly id: string }): Promise<Tenant> {
    return this.#move(id, 'tenant.reactivate', (tenant, { events }) => {
      tenant.reactivate(this.#deps.clock());
      events.record('tenant.reactivated', { tenant: tenant.snapshot });
    });
  }

  async delete(deletion: Deletion): Promise<DeletedTenant> {
    const deleted = await deleteTenant(deletion, this.#change, this.#deps);
    this.#announce(deleted.tenant);
    return deleted;
  }

  /** As it was before: open, or suspended. */
  async restore({ id }: { readonly id: string }): Promise<Tenant> {
    return this.#move(id, 'tenant.restore', (tenant, { events }) => {
      tenant.restore(this.#deps.clock());
      if (tenant.status === 'ACTIVE') events.record('tenant.reactivated', { tenant: tenant.snapshot });
    });
  }

  async retryOperation({ id }: { readonly id: string }): Promise<OperationRecord> {
    return retryOperation(id, this.#change, this.#deps.operations);
  }

  async #update(update: TenantUpdate, action: string, guard: Guard): Promise<Tenant> {
    const found = await this.#deps.database.platform((em) => findTenant(em, update.id));
    if (!found) throw new DomainError('TENANT_NOT_FOUND');
    const useCase: UseCase<TenantUpdate> = { action, scope: 'platform', tenantId: found.id, guard, filter: updatingFilter(found) };
    const tenant = await this.#change(useCase, update, async ({ id, version, changes }, { em, events, audit }) => {
      const target = await lockTenant(em, id);
      target.expect(version);
      const before = target.state;
      target.change(merged(target, changes), this.#deps.clock());
      events.record('tenant.updated', { tenant: target.snapshot });
      audit({ target: { type: 'tenant', id }, before, after: target.state });
      return target;
    });
    this.#announce(tenant);
    return tenant;
  }

  async #move(id: string, action: string, run: (tenant: Tenant, work: Work) => void): Promise<Tenant> {
    const useCase = { action, scope: 'platform', tenantId: id, guard: byPlatform } as const;
    const tenant = await this.#change(useCase, id, async (_, work) => {
      const target = await lockTenant(work.em, id);
      const before = target.state;
      run(target, work);
      work.audit({ target: { type: 'tenant', id }, before, after: target.state });
      return target;
    });
    this.#announce(tenant);
    return tenant;
  }

  #own(): string {
    const { tenant } = this.#call.claims;
    if (!tenant) throw new DomainError('TENANT_NOT_FOUND');
    return tenant.id;
  }

  #announce({ slug }: Tenant): void {
    this.#deps.pubsub.publish('directory', { kind: 'tenant', slug });
  }
}

/** The use cases of tenants for one caller; work of the platform itself passes `systemCall()`. */
export const createTenantService = (deps: TenancyDeps, call: SubgraphCall): TenantService => new TenantService(deps, call);
