import { type Claims, DomainError } from '@plexica/plugin-kit';
import { grants, superAdmin } from '@plexica/schema';

/** What a publisher key holds. */
export const publishPermission = 'plugins.publish';

/** Publishers and platform admins: they see versions that no tenant sees yet. In a tenant nobody is one, whatever they may do there. */
export const isPublisher = (claims: Claims): boolean =>
  claims.tenant === null && (publishesAtOnce(claims) || (claims.user !== null && grants(claims.permissions, publishPermission)));

/** Throws FORBIDDEN, or UNAUTHENTICATED where nobody is signed in. */
export const mustBePublisher = (claims: Claims): void => {
  if (isPublisher(claims)) return;
  throw new DomainError(claims.user ? 'FORBIDDEN' : 'UNAUTHENTICATED');
};

/** Whose versions are published without a review. */
export const publishesAtOnce = ({ roles }: Claims): boolean => roles.includes(superAdmin);
