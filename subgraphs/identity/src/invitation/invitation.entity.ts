import { defineEntity, OptionalProps } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';

/** `JOIN` opens an account, `RESET` gives an open one another password. */
export type InvitationPurpose = 'JOIN' | 'RESET';

/** A way in for a user who has no password yet, or lost it. */
export class Invitation {
  declare [OptionalProps]?: 'purpose';

  id!: string;
  purpose!: InvitationPurpose;
  userId!: string;
  /** SHA-256 of the token; the token itself is known to whoever was invited alone. */
  tokenHash!: string;
  createdAt!: Date;
  expiresAt!: Date;
  acceptedAt!: Date | null;
  revokedAt!: Date | null;

  mustBeOpen(now: Date): void {
    if (this.acceptedAt || this.revokedAt || this.expiresAt <= now) throw new DomainError('INVITATION_INVALID');
  }
}

export const InvitationEntity = defineEntity({
  class: Invitation,
  tableName: 'invitation',
  schema: '*',
  properties: (p) => ({
    id: p.uuid().primary(),
    purpose: p.text().$type<InvitationPurpose>().default('JOIN'),
    userId: p.uuid(),
    tokenHash: p.text(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    acceptedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  }),
});
