import type { SignInPolicy } from './identity-provider.ts';

export interface Failure {
  readonly realm: string;
  readonly username: string;
  readonly reason: string;
}

/** What a policy was told. */
export interface Told {
  readonly failures: Failure[];
  readonly ended: string[];
}

/** Admits everybody, and keeps what it is told. */
export const aPolicy = ({ failures, ended }: Told): Required<SignInPolicy> => ({
  admit: async () => {},
  failed: async (realm, username, reason) => void failures.push({ realm, username, reason }),
  ended: async (_realm, session) => void ended.push(session),
});
