import type { Logger } from 'pino';
import type { Principal } from '../principal/principal.ts';
import type { Outcome } from './outcome.ts';

const longestName = 100;

/** One line per request. It names what was asked, never what was given: no variables, no texts, no headers, no user. */
export const createAccessLog =
  (log: Logger) =>
  ({ transport, requestId, address, trace, admitted, operation, method, status, ms }: Outcome): void => {
    log.info(
      {
        requestId,
        traceId: trace?.traceId,
        transport,
        address,
        method,
        status,
        tenant: admitted?.tenant?.slug,
        principal: admitted && principalOf(admitted.principal),
        set: admitted?.variant.hash,
        kind: operation?.kind,
        name: operation?.name?.slice(0, longestName),
        hash: operation?.hash,
        codes: operation?.codes ?? [],
        cost: operation?.cost,
        ms: Math.round(ms * 10) / 10,
      },
      'request',
    );
  };

const principalOf = (principal: Principal): 'anonymous' | 'user' | 'key' | 'component' => {
  if (principal.kind === 'anonymous') return 'anonymous';
  if (principal.plugin !== undefined) return 'component';
  return principal.identity.session.startsWith('key.') ? 'key' : 'user';
};
