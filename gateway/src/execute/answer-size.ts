import type { ExecutionResult } from 'graphql';
import { Refusal } from '../problem.ts';
import { isLeafObject } from './result-object.ts';

/** Counts the characters of an answer while it is made: at least so many will be written. */
export interface Room {
  used: number;
  limit: number;
}

/** Ends what is being made, where it grows larger than it may. */
export const take = (room: Room, characters: number): void => {
  room.used += characters;
  if (room.used > room.limit) refuse(room);
};

export const refuse = ({ limit }: Pick<Room, 'limit'>): never => {
  throw new Refusal('COST_EXCEEDED', { message: `The answer has more than ${limit} characters; no larger one is given.` });
};

/** What is written is at most so many times as long as what was counted: of numbers and of characters to escape the count knows little. */
const longerAtMost = 16;

/** Refuses a result before it is written where its text would be too long. `counted` is what a room says of its data. */
export const enforceAnswerSize = (result: ExecutionResult, counted: number, limit: number): void => {
  const { errors, extensions } = result;
  const beside = errors || extensions ? textLength({ errors, extensions }, limit) : 0;
  if (counted * longerAtMost + beside <= limit) return;
  if (textLength(result, limit) > limit) refuse({ limit });
};

/** Characters of a value's JSON; no longer exact, and no longer counted, once there are more than `atMost`. */
export const textLength = (value: unknown, atMost = Number.POSITIVE_INFINITY): number => {
  if (typeof value === 'string') return stringLength(value, atMost);
  if (typeof value !== 'object' || value === null) return String(value ?? null).length;
  if (isLeafObject(value)) return textLength(value.toJSON(), atMost);
  let length = 1;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && length <= atMost; at += 1) length += 1 + textLength(value[at], atMost - length);
    return Math.max(2, length);
  }
  for (const name of Object.keys(value)) {
    const each = (value as Record<string, unknown>)[name];
    if (each !== undefined) length += stringLength(name, atMost) + 2 + textLength(each, atMost - length);
    if (length > atMost) break;
  }
  return Math.max(2, length);
};

/** The same without its texts: what a copy takes, which shares them. */
export const outlineLength = (value: unknown): number => {
  if (typeof value !== 'object' || value === null || isLeafObject(value)) return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + outlineLength(each), 1);
  return Object.entries(value).reduce((sum, [name, each]) => sum + name.length + 4 + outlineLength(each), 1);
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are written as several
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

const stringLength = (text: string, atMost: number): number =>
  text.length <= atMost && escaped.test(text) ? JSON.stringify(text).length : text.length + 2;
