import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import type { TenancyDeps } from '../deps.ts';
import { lockTenant } from '../tenant/tenant-rows.ts';
import { type ClientManifest, ClientManifestEntity } from './client-manifest.entity.ts';
import { clientOf, digestOf, mustNotBeTooMany, textsByHash } from './operation-texts.ts';

export interface RegisterInput {
  readonly client: string;
  readonly operations: readonly string[];
  readonly replace?: boolean | null;
}

type Deps = Pick<TenancyDeps, 'database' | 'changeFor' | 'clock' | 'pubsub'>;

/** Registers what clients of the caller's own tenant ask. */
export const createRegisteredOperations = ({ database, changeFor, clock, pubsub }: Deps, call: SubgraphCall) => ({
  /** Adds to what the client registered, or takes its place; nothing left removes the client. */
  async register(input: RegisterInput): Promise<ClientManifest | null> {
    const { tenant } = call.claims;
    if (!tenant) throw new DomainError('TENANT_NOT_FOUND');
    const client = clientOf(input.client);
    const texts = textsByHash(input.operations);
    const useCase = {
      action: 'operation.register',
      scope: 'platform',
      tenantId: tenant.id,
      guard: { permission: 'settings.write' },
    } as const;
    const manifest = await changeFor(call)(useCase, input, async ({ replace }, { em, audit }) => {
      await lockTenant(em, tenant.id);
      const key = { tenantId: tenant.id, client };
      const known = await em.findOne(ClientManifestEntity, key, { populate: ['operations'] });
      const operations = { ...(known && !replace && known.operations), ...texts };
      const operationCount = Object.keys(operations).length;
      mustNotBeTooMany(operationCount);
      audit({ target: { type: 'client', id: client }, before: { count: known?.operationCount ?? 0 }, after: { count: operationCount } });
      if (operationCount === 0) {
        await em.nativeDelete(ClientManifestEntity, key);
        return null;
      }
      const state = { operations, operationCount, digest: digestOf(tenant.id, client, operations), registeredAt: clock() };
      return known ? em.assign(known, state) : em.create(ClientManifestEntity, { ...key, ...state });
    });
    pubsub.publish('directory', { kind: 'tenant', slug: tenant.slug });
    return manifest;
  },

  of: (tenantId: string): Promise<ClientManifest[]> =>
    database.platform((em) => em.find(ClientManifestEntity, { tenantId }, { orderBy: { client: 'asc' } })),
});
