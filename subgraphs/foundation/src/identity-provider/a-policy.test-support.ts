import type { SignInPolicy } from './identity-provider.ts';

export interface Failure {
  readonly realm: string;
  readonly username: string;
  readonly reason: string;
}

/** Admits everybody, and keeps what it is told of failures. */
export const aPolicy = (failures: Failure[]): Required<SignInPolicy> => ({
  admit: async () => {},
  failed: async (realm, username, reason) => void failures.push({ realm, username, reason }),
  ended: async () => {},
});
