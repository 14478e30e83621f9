import type { PrincipalRecord, VerifiedIdentity } from '../directory/directory.ts';

/** Who asks. */
export type Principal = AnonymousPrincipal | SignedInPrincipal;

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export interface SignedInPrincipal extends PrincipalRecord {
  readonly kind: 'signed-in';
  readonly identity: VerifiedIdentity;
}

export const anonymousPrincipal: AnonymousPrincipal = { kind: 'anonymous' };
