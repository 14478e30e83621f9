/** Throws that a seed repeats. */
export interface Dice {
  /** From 0 to below `sides`. */
  below(sides: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** At least `least` of them, in their order. */
  some<T>(from: readonly T[], least?: number): T[];
}

/** Mulberry32: few lines, and good enough to choose test cases by. */
export const createDice = (seed: number): Dice => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (sides: number): number => Math.floor(next() * sides);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[below(from.length)];
    if (found === undefined) throw new Error('Nothing to pick from');
    return found;
  };
  return {
    below,
    chance: (probability) => next() < probability,
    pick,
    some(from, least = 0) {
      const left = [...from];
      const size = least + below(from.length - least + 1);
      while (left.length > size) left.splice(below(left.length), 1);
      return left;
    },
  };
};
