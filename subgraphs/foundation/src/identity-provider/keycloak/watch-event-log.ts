import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventLog } from './event-log.ts';

/** At most twenty realms a second: with a thousand of them an event is known within a minute, and Keycloak has other work too. */
const betweenRealmsMs = 50;
const idleMs = 500;
const afterTroubleMs = 5_000;

/** Reads on until it is stopped; while Keycloak is away, what it will have to tell waits in its log. */
export const watchEventLog = ({ events, log }: { readonly events: EventLog; readonly log: Logger }): (() => Promise<void>) => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const next = async (): Promise<number> => {
    try {
      return (await events.readNext()) ? betweenRealmsMs : idleMs;
    } catch (error) {
      log.warn({ err: error }, 'the logs of Keycloak are read later');
      return afterTroubleMs;
    }
  };
  const reading = (async () => {
    while (!signal.aborted) await pause(await next(), undefined, { signal }).catch(() => {});
  })();
  return async () => {
    stopping.abort();
    await reading;
  };
};
