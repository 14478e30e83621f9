import type { ErrorCode } from '@plexica/schema';

/** What one part of the core asks of another: methods whose arguments and answers are plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a port's own interface types its arguments
export type Port = Readonly<Record<string, (...args: any[]) => Promise<unknown>>>;

export interface PortCall {
  readonly args: readonly unknown[];
}

export interface PortFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
