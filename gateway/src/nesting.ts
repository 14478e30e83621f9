/** Lists and objects within a scalar of a subgraph's own; deeper ones can't be copied, merged or written. */
export const scalarLevels = 500;

/** Whether lists and objects stand within each other no deeper than this. Beyond some thousands of levels nothing can be written any more. */
export const isNestedWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((each) => isNestedWithin(each, levels - 1)));
