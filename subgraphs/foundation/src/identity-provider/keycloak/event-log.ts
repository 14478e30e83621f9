import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js';
import type { ErrorCode } from '@plexica/schema';
import type { SignInPolicy } from '../identity-provider.ts';
import { loginClient, realmName } from './keycloak-address.ts';
import { type KeycloakAdmin, statusOf } from './keycloak-admin.ts';
import type { LogCheckpoint, LogCheckpoints, SeenEvent } from './log-checkpoint.ts';

interface EventLogDeps {
  readonly admin: KeycloakAdmin;
  readonly checkpoints: LogCheckpoints;
  readonly policy: () => Pick<SignInPolicy, 'failed'>;
}

/** What a realm's log says about failed sign-ins. */
export interface EventLog {
  /** Tells the policy what is new in the log of one realm; false when none is due. */
  readNext(): Promise<boolean>;
}

interface Failure extends SeenEvent {
  /** Absent for what is no attempt of a person at Keycloak's page. */
  readonly attempt?: { readonly username: string; readonly reason: ErrorCode };
}

const pageSize = 100;
/** How much later than a younger one an event may appear in the log. */
const overlapMs = 10_000;

export const createEventLog = ({ admin, checkpoints, policy }: EventLogDeps): EventLog => {
  const pageOf = async ({ realm, readTo }: LogCheckpoint, first: number): Promise<readonly Failure[]> => {
    const from = Math.max(0, readTo.getTime() - overlapMs);
    const query = { realm: realmName(realm), type: 'LOGIN_ERROR' as const, dateFrom: String(from), direction: 'asc', max: pageSize, first };
    return (await admin.call((client) => client.realms.findEvents(query))).map(failureOf);
  };

  /** Each event moves the checkpoint by itself: a kill repeats one at the most. */
  const tell = async (checkpoint: LogCheckpoint, { id, time, attempt }: Failure): Promise<LogCheckpoint> => {
    if (checkpoint.seen.some((event) => event.id === id)) return checkpoint;
    if (attempt) await policy().failed(checkpoint.realm, attempt.username, attempt.reason);
    const readTo = Math.max(time, checkpoint.readTo.getTime());
    const seen = [...checkpoint.seen.filter((event) => event.time >= readTo - overlapMs), { id, time }];
    const moved = { ...checkpoint, readTo: new Date(readTo), seen };
    await checkpoints.move(moved);
    return moved;
  };

  const read = async (start: LogCheckpoint): Promise<void> => {
    let checkpoint = start;
    for (let first = 0; ; first += pageSize) {
      const page = await pageOf(start, first);
      for (const failure of page) checkpoint = await tell(checkpoint, failure);
      if (page.length < pageSize) return;
    }
  };

  return {
    async readNext() {
      const checkpoint = await checkpoints.take();
      if (!checkpoint) return false;
      try {
        await read(checkpoint);
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        // The realm went, and its log with it.
        await checkpoints.forget(checkpoint.realm);
      }
      await checkpoints.release(checkpoint.realm);
      return true;
    },
  };
};

const reasons: Partial<Record<string, ErrorCode>> = {
  invalid_user_credentials: 'CREDENTIALS_INVALID',
  user_not_found: 'CREDENTIALS_INVALID',
  user_disabled: 'CREDENTIALS_INVALID',
  user_temporarily_disabled: 'ACCOUNT_LOCKED',
};

/** Everything else in the log, such as a page left open too long, is nobody's failure; attempts of the login client are known to who made them. */
const failureOf = (event: EventRepresentation & { readonly id?: string }): Failure => {
  const { id = '', time = 0, clientId, error = '', details } = event;
  const reason = reasons[error];
  const username: unknown = details?.username;
  if (!reason || typeof username !== 'string' || clientId === loginClient) return { id, time };
  return { id, time, attempt: { username, reason } };
};
