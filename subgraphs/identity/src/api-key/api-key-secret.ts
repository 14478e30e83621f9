import { createHash, randomBytes } from 'node:crypto';

/** `plx_<slug>_<random>`: begins so that scanners of code recognise it, and names its realm, so that it works where no tenant is named. */
export const newApiKeySecret = (slug: string): string => `plx_${slug}_${randomBytes(32).toString('base64url')}`;

/** What is stored: SHA-256 in hexadecimal. 256 random bits need no slow hash. */
export const hashApiKeySecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** What its owner tells it by afterwards: too little to use. */
export const hintOf = (secret: string): string => `…${secret.slice(-4)}`;

const sessionPrefix = 'key.';

/** Where claims name a session they name the key instead, so that a revoked key ends like a session. */
export const sessionOfKey = (id: string): string => `${sessionPrefix}${id}`;

/** The key that claims or a notice speak of; undefined where it is a session of a person. */
export const keyOfSession = (session: string): string | undefined =>
  session.startsWith(sessionPrefix) ? session.slice(sessionPrefix.length) : undefined;
