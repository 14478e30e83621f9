import { isIP } from 'node:net';
import { platformRealm } from '@plexica/schema';
import type { Directory, TenantRecord } from '../directory/directory.ts';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';

/** Where a request says which tenant it means. */
export interface TenantHints {
  /** `X-Tenant-Slug`, or `tenantSlug` of a WebSocket's first message. */
  readonly slug?: string;
  readonly host?: string;
}

/**
 * The tenant (or the platform) of a request. Undefined for a caller without a token who names none,
 * or one that can't be told about: such a caller gets the public fields, and TENANT_NOT_FOUND for anything else.
 */
export interface ResolvedTenant {
  readonly record: TenantRecord | undefined;
  readonly named: boolean;
}

export const resolveTenant = async (
  hints: TenantHints,
  principal: Principal,
  { directory, baseDomain }: { readonly directory: Directory; readonly baseDomain: string | undefined },
): Promise<ResolvedTenant> => {
  const named = [hints.slug, slugOfHost(hints.host, baseDomain)].filter((slug) => slug !== undefined);
  const slugs = new Set(principal.kind === 'signed-in' ? [...named, principal.identity.realm] : named);
  if (slugs.size > 1) throw new Refusal('TENANT_NOT_FOUND');
  const [slug] = slugs;
  if (slug === undefined) return { record: undefined, named: false };
  const record = couldBeSlug(slug) ? await directory.tenant(slug) : undefined;
  if (principal.kind === 'anonymous') {
    const named = slug !== platformRealm;
    return { record: named && record?.status === 'ACTIVE' ? record : undefined, named };
  }
  if (record?.status === 'SUSPENDED') throw new Refusal('TENANT_SUSPENDED');
  if (record?.status !== 'ACTIVE') throw new Refusal('TENANT_NOT_FOUND');
  return { record, named: named.length > 0 };
};

/** What no tenant can be called is not asked of the Directory. */
export const couldBeSlug = (text: string): boolean => /^[a-z][a-z0-9-]{1,39}$/.test(text);

/** The first label below the base domain; localhost, an address and the bare base domain say nothing. */
export const slugOfHost = (host: string | undefined, baseDomain: string | undefined): string | undefined => {
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (!name || !baseDomain || name === 'localhost' || isIP(name.replace(/^\[|\]$/g, ''))) return undefined;
  const suffix = `.${baseDomain.toLowerCase()}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length).split('.').at(-1) : undefined;
};
