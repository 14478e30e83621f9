import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { z } from 'zod';
import { type Tenant, TenantEntity } from './tenant.entity.ts';
import { slugIsFree } from './tenant-status.ts';

const uuid = z.guid();

/** Null for an id that nobody has, also for one that no tenant could have. */
export const findTenant = async (em: EntityManager, id: string): Promise<Tenant | null> =>
  uuid.safeParse(id).success ? em.findOne(TenantEntity, { id }) : null;

/** Whoever has the slug now. */
export const findBySlug = (em: EntityManager, slug: string): Promise<Tenant | null> =>
  em.findOne(TenantEntity, { slug, status: { $nin: [...slugIsFree] } });

/** The newest bearer of the slug, also one whose provisioning failed; only one that is gone is nobody. */
export const findNewestBySlug = (em: EntityManager, slug: string): Promise<Tenant | null> =>
  em.findOne(TenantEntity, { slug, status: { $ne: 'DELETED' } }, { orderBy: { createdAt: 'desc' } });

/** Active tenants that let front ends of other origins in. */
export const findWithOrigins = (em: EntityManager): Promise<Tenant[]> =>
  em.find(TenantEntity, { status: 'ACTIVE', settings: { allowedOrigins: { $ne: null } } });

/** Held until the transaction ends: changes of one tenant come one after the other. */
export const lockTenant = async (em: EntityManager, id: string): Promise<Tenant> => {
  const found = uuid.safeParse(id).success && (await em.findOne(TenantEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
  if (!found) throw new DomainError('TENANT_NOT_FOUND');
  return found;
};
