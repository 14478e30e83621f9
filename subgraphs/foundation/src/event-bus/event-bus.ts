import type { PlexicaEvent } from '@plexica/schema';

/** Durable events: at least once, in order per tenant, each group on its own. */
export interface EventBus {
  /** Calls the handler for every event recorded since the group was last here; a throwing handler gets the event again, later ones of that tenant wait. */
  consume(group: string, handler: (event: PlexicaEvent) => Promise<void>): Promise<Consumer>;
  stop(): Promise<void>;
}

export interface Consumer {
  /** Finishes the event at hand, then stops. */
  stop(): Promise<void>;
}
