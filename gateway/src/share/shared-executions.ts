import type { TenantRecord } from '../directory/directory.ts';
import { type CallSignal, createDeparture, type Departure } from '../execute/call-signal.ts';

/** Undefined for what can't be written, such as lists in lists without end; it is refused later, or asked by itself. */
export const sharedKey = (parts: readonly unknown[]): string | undefined => {
  try {
    return JSON.stringify(parts);
  } catch {
    return undefined;
  }
};

/** An execution that others may join. */
export interface Shareable {
  /** Equal for what has the same answer: the set, the plan, the variables, the claims. */
  readonly key: string;
  /** As the Directory tells of it; once it tells otherwise, a plugin may be another. */
  readonly tenant?: TenantRecord;
  /** The client of this one has gone. */
  readonly signal?: CallSignal;
}

/** In place of an answer that is there: a Map that has grown leaves tables behind, each with what it held then and the way to the next, and they must not hold answers. */
const over = new Promise<never>(() => {});

type Run<Answer> = (signal: CallSignal | undefined) => Promise<Answer>;

interface Shared<Answer> {
  readonly tenant: TenantRecord | undefined;
  /** Absent where somebody waits who never goes: then it runs to its end. */
  readonly gone: Departure | undefined;
  waiting: number;
  answer: Promise<Answer>;
}

/**
 * Identical queries of one principal share an execution while it is under way. A mutation of their tenant that ends here parts
 * those who come later from it: they see what was written. It is given up only when the last who waits for it has gone.
 */
export const createSharedExecutions = <Answer>() => {
  const underWay = new Map<string, Map<string, Shared<Answer>>>();
  const place = (tenant: TenantRecord | undefined) => tenant?.id ?? '';

  const start = ({ key, tenant, signal }: Shareable, run: Run<Answer>): Shared<Answer> => {
    const ofTenant = underWay.get(place(tenant)) ?? new Map<string, Shared<Answer>>();
    underWay.set(place(tenant), ofTenant);
    const gone = signal && createDeparture();
    const answer = run(gone?.signal).finally(() => {
      shared.answer = over;
      if (ofTenant.get(key) === shared) ofTenant.delete(key);
      if (ofTenant.size === 0 && underWay.get(place(tenant)) === ofTenant) underWay.delete(place(tenant));
    });
    const shared: Shared<Answer> = { tenant, gone, waiting: 0, answer };
    ofTenant.set(key, shared);
    return shared;
  };

  return {
    run(asked: Shareable, run: Run<Answer>): Promise<Answer> {
      const { key, tenant, signal } = asked;
      const known = underWay.get(place(tenant))?.get(key);
      const joined = known && known.tenant === tenant && !known.gone?.signal.aborted;
      const shared = joined ? known : start(asked, run);
      shared.waiting += 1;
      const leave = () => {
        shared.waiting -= 1;
        if (shared.waiting === 0) shared.gone?.abort(signal?.reason);
      };
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
      return shared.answer;
    },

    /** What is under way may be older than what was just written. */
    wrote: (tenant: TenantRecord | undefined): void => void underWay.delete(place(tenant)),
  };
};
