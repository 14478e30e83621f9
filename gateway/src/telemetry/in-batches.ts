/** Done later, many in a row: amid other work each takes several times as long. `flush` does what is still waiting. */
export const inBatches = <T>(work: (each: T) => void, atMost = 100) => {
  let waiting: T[] = [];
  const flush = (): void => {
    const taken = waiting;
    waiting = [];
    for (const each of taken) work(each);
  };
  const add = (each: T): void => {
    waiting.push(each);
    if (waiting.length >= atMost) flush();
  };
  return { add, flush };
};
