import { defineEntity } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';

/** A way in for a user who has no password yet. */
export class Invitation {
  id!: string;
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
    userId: p.uuid(),
    tokenHash: p.text(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    acceptedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  }),
});
