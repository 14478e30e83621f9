/**
 * Identical questions of one principal that are asked while the first is being answered get its answer. Nothing is kept
 * afterwards, so nobody is told what was true before they asked.
 */
export const createSharing = <Answer>() => {
  const underWay = new Map<string, Promise<Answer>>();
  return (key: string, answer: () => Promise<Answer>): Promise<Answer> => {
    const known = underWay.get(key);
    if (known) return known;
    const asked = answer().finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };
};
