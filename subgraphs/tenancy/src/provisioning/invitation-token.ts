import { createHash, randomBytes } from 'node:crypto';

/** `<slug>.<random>`: names its tenant, so that it works where no other tenant is named. */
export const newInvitationToken = (slug: string): string => `${slug}.${randomBytes(32).toString('base64url')}`;

/** What is stored instead of the token: its SHA-256, in hexadecimal. */
export const hashOfInvitation = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Where the invited person sets a password. */
export const invitationUrl = (url: string, token: string): string => `${url}/invitation?token=${encodeURIComponent(token)}`;
