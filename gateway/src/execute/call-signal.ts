/** As much of an AbortSignal as calls need; every AbortSignal is one. */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Departure {
  readonly signal: CallSignal;
  abort(reason?: unknown): void;
}

/** An AbortController for one request and its calls. Node's own, with their events, cost a tenth of the whole request. */
export const createDeparture = (): Departure => {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  return {
    signal,
    abort(reason = new Error('The caller has gone.')) {
      if (signal.aborted) return;
      Object.assign(signal, { aborted: true, reason });
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) listener();
    },
  };
};

/** Ends with another. */
export const follow = (leader: CallSignal | undefined, follower: AbortController): void => {
  if (leader?.aborted) follower.abort(leader.reason);
  else leader?.addEventListener('abort', () => follower.abort(leader.reason), { once: true });
};
