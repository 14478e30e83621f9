import type { Admitted, EndedOperation } from '../request.ts';
import type { RequestTrace } from './request-trace.ts';

/** A request over HTTP, a stream of server-sent events, or one operation over a WebSocket, once it is over. */
export interface Outcome {
  readonly transport: 'http' | 'sse' | 'ws';
  readonly requestId: string;
  /** Of the client. */
  readonly address?: string;
  /** Undefined where the request was refused before anybody was asked who sends it. */
  readonly admitted?: Admitted;
  readonly trace?: RequestTrace;
  readonly operation?: EndedOperation;
  /** HTTP's. */
  readonly method?: string;
  readonly status?: number;
  /** From its arrival to its answer; for a stream, to its end. */
  readonly ms: number;
}

export type Observe = (outcome: Outcome) => void;
