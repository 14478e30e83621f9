import type { SignInPolicy } from '../identity-provider.ts';
import { realmName } from './keycloak-address.ts';
import { type KeycloakAdmin, statusOf } from './keycloak-admin.ts';
import type { LogCheckpoint, LogCheckpoints } from './log-checkpoint.ts';
import { eventTypes, type LoggedEvent, meaningOf } from './logged-event.ts';

interface EventLogDeps {
  readonly admin: KeycloakAdmin;
  readonly checkpoints: LogCheckpoints;
  readonly policy: () => SignInPolicy;
}

/** What the logs of the realms say about sign-ins. */
export interface EventLog {
  /** Tells the policy what is new in the log of one realm; false when none is due. */
  readNext(): Promise<boolean>;
}

const pageSize = 100;
/** How much later than a younger one an event may appear in the log. */
const overlapMs = 10_000;

export const createEventLog = ({ admin, checkpoints, policy }: EventLogDeps): EventLog => {
  const pageOf = async ({ realm, readTo }: LogCheckpoint, first: number): Promise<readonly LoggedEvent[]> => {
    const from = Math.max(0, readTo.getTime() - overlapMs);
    const query = { realm: realmName(realm), type: [...eventTypes], dateFrom: String(from), direction: 'asc', max: pageSize, first };
    return admin.call((client) => client.realms.findEvents(query));
  };

  /** Each event moves the checkpoint by itself: a kill repeats one at the most. */
  const tell = async (checkpoint: LogCheckpoint, event: LoggedEvent): Promise<LogCheckpoint> => {
    const { id = '', time = 0 } = event;
    if (checkpoint.seen.some((known) => known.id === id)) return checkpoint;
    const meaning = meaningOf(event);
    if (meaning?.kind === 'failed') await policy().failed(checkpoint.realm, meaning.username, meaning.reason);
    if (meaning?.kind === 'ended') await policy().ended?.(checkpoint.realm, meaning.session);
    const readTo = Math.max(time, checkpoint.readTo.getTime());
    const seen = [...checkpoint.seen.filter((known) => known.time >= readTo - overlapMs), { id, time }];
    const moved = { ...checkpoint, readTo: new Date(readTo), seen };
    await checkpoints.move(moved);
    return moved;
  };

  const read = async (start: LogCheckpoint): Promise<void> => {
    let checkpoint = start;
    for (let first = 0; ; first += pageSize) {
      const page = await pageOf(start, first);
      for (const event of page) checkpoint = await tell(checkpoint, event);
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
