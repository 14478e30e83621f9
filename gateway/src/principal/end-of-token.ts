import type { VerifiedIdentity } from '../directory/directory.ts';

/** As far as the clock of whoever made a token and ours may be apart: for so long after its end it still counts. */
export const clockSkewSeconds = 5;

/** From when on a token counts for nothing, in milliseconds since 1970: for requests, and for what is open by then. */
export const endOfToken = ({ expiresAt }: Pick<VerifiedIdentity, 'expiresAt'>): number => (expiresAt + clockSkewSeconds) * 1000;
