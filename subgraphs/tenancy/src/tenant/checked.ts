import { DomainError } from '@plexica/plugin-kit';
import type { z } from 'zod';

/** The value as the rule reads it, or BAD_USER_INPUT that names the input field and says the rule. */
export const checked = <T>(rule: z.ZodType<T>, value: unknown, field: string, message: string): T => {
  const parsed = rule.safeParse(value);
  if (!parsed.success) throw new DomainError('BAD_USER_INPUT', { message, path: ['input', field] });
  return parsed.data;
};
