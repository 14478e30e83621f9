/** Live fan-out to whoever listens now. Never the only record of anything: what is missed is gone. */
export interface PubSub {
  /** Fire and forget; a publish that fails is logged, never thrown. */
  publish<T extends Topic>(topic: T, payload: TopicPayload<T>): void;
  /** Listens from this call on. Ends, and unsubscribes, when the consumer stops iterating. */
  subscribe<T extends Topic>(topic: T): AsyncIterable<TopicPayload<T>>;
  stop(): Promise<void>;
}

/** `operation.<id>` after each step; `installation.<tenantId>` and `supergraph.<tenantId>` after each change; `directory` for gateways. */
export type Topic = `operation.${string}` | `installation.${string}` | `supergraph.${string}` | 'directory';

export type TopicPayload<T extends Topic> = T extends 'directory'
  ? DirectoryNotice
  : T extends `operation.${string}`
    ? { readonly operationId: string }
    : T extends `installation.${string}`
      ? { readonly pluginId: string }
      : { readonly hash: string };

export type DirectoryNotice =
  | { readonly kind: 'set'; readonly hash: string; readonly plugin: string }
  | { readonly kind: 'tenant'; readonly slug: string }
  | { readonly kind: 'principal'; readonly realm: string; readonly userId?: string }
  | { readonly kind: 'session'; readonly realm: string; readonly session: string };
