import { createHash, randomBytes } from 'node:crypto';

/** `<slug>.<random>`: names its tenant, so that it works where no other tenant is named. */
export const newInvitationToken = (slug: string): string => `${slug}.${randomBytes(32).toString('base64url')}`;

export const slugOfInvitation = (token: string): string => token.slice(0, Math.max(0, token.indexOf('.')));

/** What is stored: SHA-256 of the whole token, in hexadecimal. */
export const hashInvitationToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Where the invited person sets a password. */
export const invitationUrl = (url: string, token: string): string => `${url}/invitation?token=${encodeURIComponent(token)}`;

/** Where a person who lost a password sets another. */
export const passwordResetUrl = (url: string, token: string): string => `${url}/password?token=${encodeURIComponent(token)}`;

export const invitationDays = 7;

export const passwordResetHours = 24;
