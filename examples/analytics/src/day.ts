const dayMs = 86_400_000;

/** The UTC day of a moment, `2026-11-23`. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** The last days up to today, oldest first. */
export const lastDays = (days: number, today: Date): string[] =>
  Array.from({ length: days }, (_, index) => dayOf(new Date(today.getTime() - (days - 1 - index) * dayMs)));
