import type { PlexicaEvent } from '@plexica/schema';

/** Durable events: at least once, in order per tenant, each group on its own. */
export interface EventBus {
  /** Calls the handler for every event recorded since the group was last here; a throwing handler gets the event again, later ones of that tenant wait. */
  consume(group: string, handler: EventHandler): Promise<Consumer>;
  /** Nothing recorded for the tenant so far can be read any more, wherever it was sent. Events recorded later can. */
  erase(tenantId: string): Promise<void>;
  /** Rejects while it is away; absent where there is nothing that could be. */
  ping?(): Promise<void>;
  stop(): Promise<void>;
}

export type EventHandler = (event: PlexicaEvent) => Promise<void>;

export interface Consumer {
  /** Finishes the event at hand, then stops. */
  stop(): Promise<void>;
}
