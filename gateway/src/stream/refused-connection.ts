import type { GraphQLError } from 'graphql';
import { newRequestId } from '../http/arrival.ts';
import { refusalOf } from '../problem.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import type { SocketDeps } from './socket-protocol.ts';

export interface RefusedConnection {
  readonly address: string | undefined;
  /** When it began to be looked at. */
  readonly started: number;
}

/** What a connection that may not be opened is told; accounted for like a request. */
export const refusedConnection = (
  error: unknown,
  { address, started }: RefusedConnection,
  { observe, report }: Pick<SocketDeps, 'observe' | 'report'>,
): GraphQLError => {
  const requestId = newRequestId();
  const refusal = refusalOf(error, requestId, report);
  observe({ transport: 'ws', requestId, address, operation: { codes: codesOf([refusal]) }, ms: performance.now() - started });
  return refusal;
};
