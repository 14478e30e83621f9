import { hash } from 'node:crypto';
import { maxCharacters } from '../limits/operation-limits.ts';
import type { EndedOperation } from '../request.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import { textIn } from './question-parts.ts';

/** What Apollo Server answered by itself: a text that is no operation of this set, or a request that holds none. */
export const refusedDocument = (body: unknown, answer: string): EndedOperation => {
  const query = textIn(body);
  const { errors } = JSON.parse(answer) as { errors?: Parameters<typeof codesOf>[0] };
  const hashed = query !== undefined && query.length <= maxCharacters ? { hash: hash('sha256', query) } : {};
  return { ...hashed, codes: codesOf(errors) };
};
