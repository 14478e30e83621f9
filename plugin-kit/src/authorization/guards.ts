import { grants } from '@plexica/schema';
import { Directive, Extensions } from 'type-graphql';
import type { Claims } from '../claims/claims.ts';
import { DomainError } from '../errors/domain-error.ts';

/** Who may use a field. Printed as a federation directive for the gateway, and enforced once more in the subgraph. */
export type Guard =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'permission'; readonly permission: string }
  | { readonly kind: 'role'; readonly role: string };

type FieldDecorator = MethodDecorator & PropertyDecorator;

const guarded =
  (guard: Guard, directive?: string): FieldDecorator =>
  (target: object, key: string | symbol) => {
    const decorators = [Extensions({ guard }), ...(directive ? [Directive(directive)] : [])] as FieldDecorator[];
    for (const decorate of decorators)
      decorate(target, key, Object.getOwnPropertyDescriptor(target, key) as TypedPropertyDescriptor<unknown>);
  };

/** Anybody, signed in or not. */
export const Public = () => guarded({ kind: 'public' });

/** Any signed-in user of the called tenant, or a platform admin on the platform. */
export const SignedIn = () => guarded({ kind: 'signed-in' }, '@authenticated');

/** Who holds the permission, such as `users.read`. */
export const RequiresPermission = (permission: string) =>
  guarded({ kind: 'permission', permission }, `@requiresScopes(scopes: [["${permission}"]])`);

/** Who holds the role; `super_admin` is the platform's own. */
export const RequiresRole = (role: string) => guarded({ kind: 'role', role }, `@policy(policies: [["role:${role}"]])`);

/** Throws UNAUTHENTICATED or FORBIDDEN. */
export const enforce = (guard: Guard, claims: Claims): void => {
  if (guard.kind === 'public') return;
  if (!claims.user && guard.kind === 'signed-in') throw new DomainError('UNAUTHENTICATED');
  if (guard.kind === 'permission' && !grants(claims.permissions, guard.permission))
    refuse(claims, `This needs the permission ${guard.permission}.`);
  if (guard.kind === 'role' && !claims.roles.includes(guard.role)) refuse(claims, `This needs the role ${guard.role}.`);
};

const refuse = (claims: Claims, message: string): never => {
  throw claims.user ? new DomainError('FORBIDDEN', { message }) : new DomainError('UNAUTHENTICATED');
};
