import { endOfToken } from '../principal/end-of-token.ts';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';

const longestTimerMs = 2_147_483_647;

/** Calls back when the token of a caller ends; that of the latest, for a token may be renewed. */
export const createTokenEnd = (ended: (refusal: Refusal) => void) => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    of(principal: Principal): void {
      stop();
      const restMs = principal.kind === 'signed-in' ? endOfToken(principal.identity) - Date.now() : longestTimerMs;
      if (restMs >= longestTimerMs) return;
      timer = setTimeout(() => ended(new Refusal('UNAUTHENTICATED', { message: 'The access token has expired.' })), Math.max(0, restMs));
    },
    stop,
  };
};
