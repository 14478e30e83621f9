/** Everything that a stream hands out, once it has ended. */
export const allOf = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const value of stream) all.push(value);
  return all;
};
