/** What is added to one counter. */
export interface CounterStep {
  readonly key: string;
  readonly by: number;
}

/** Short-lived values that all replicas share: counters, caches, early word of revocations. Losing it loses no record. */
export interface SharedState {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, options: { readonly ttlSeconds: number }): Promise<void>;
  /** Adds to a counter that starts at 0 and ends `ttlSeconds` after its first use; answers the new value. */
  increment(key: string, options: { readonly by?: number; readonly ttlSeconds: number }): Promise<number>;
  /** The same of several counters in one step; answers their new values in their order. */
  incrementAll(steps: readonly CounterStep[], options: { readonly ttlSeconds: number }): Promise<readonly number[]>;
  delete(key: string): Promise<void>;
  /** Rejects while it is away; absent where there is nothing that could be. */
  ping?(): Promise<void>;
  stop(): Promise<void>;
}
