import type { PubSub } from '@plexica/foundation';

/** Tells every gateway at once what its answers may be outdated by; they find out by themselves soon after anyway. */
export interface DirectoryNotices {
  /** One user's roles, permissions or status; without a user those of everybody in the realm. */
  principal(realm: string, userId?: string): void;
  session(realm: string, session: string): void;
}

export const createDirectoryNotices = (pubsub: PubSub): DirectoryNotices => ({
  principal: (realm, userId) => pubsub.publish('directory', { kind: 'principal', realm, ...(userId && { userId }) }),
  session: (realm, session) => pubsub.publish('directory', { kind: 'session', realm, session }),
});
