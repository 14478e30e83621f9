import { setTimeout as pause } from 'node:timers/promises';

const attemptsAtMost = 4;
const firstPauseMs = 100;

/** Tries again, after growing pauses, what fails in a way that `passes`; fails as the last attempt did. */
export const persistently = async <T>(work: () => Promise<T>, passes: (error: unknown) => boolean): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attemptsAtMost || !passes(error)) throw error;
      await pause(firstPauseMs * 4 ** (attempt - 1));
    }
  }
};
