import { LRUCache } from 'lru-cache';

/** What a document is made of takes a hundred bytes for each of its tokens. */
const charactersAtMost = 1_000_000;

/** What is made of texts, kept by them for as long as there is room, however large each is; the one used longest ago goes first. */
export const createTextCache = <Made extends {}>() =>
  new LRUCache<string, Made>({ maxSize: charactersAtMost, sizeCalculation: (_, { length }) => length + 100 });
