import type { PrincipalRecord, VerifiedIdentity } from '../directory/directory.ts';

/** Who asks. */
export type Principal = AnonymousPrincipal | SignedInPrincipal;

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export interface SignedInPrincipal extends PrincipalRecord {
  readonly kind: 'signed-in';
  readonly identity: VerifiedIdentity;
  /** The plugin whose component asks for this user. */
  readonly plugin?: string;
}

export const anonymousPrincipal: AnonymousPrincipal = { kind: 'anonymous' };
