import type { Answer } from '../client/client.ts';

interface Verdict {
  readonly pass: boolean;
  message(): string;
}

/** For `expect.extend`: an answer is judged by its data, or by the code of its first error or user error. */
export const answerMatchers = {
  toAnswer(answer: Answer<unknown>, expected: unknown): Verdict {
    const pass = !answer.errors && contains(answer.data, expected);
    return { pass, message: () => `expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}` };
  },
  toFailWith(answer: Answer<unknown>, code: string): Verdict {
    const codes = codesOf(answer);
    return { pass: codes.includes(code), message: () => `expected the code ${code}, got ${JSON.stringify(answer)}` };
  },
};

const contains = (actual: unknown, expected: unknown): boolean => {
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected);
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) return false;
  return Object.entries(expected).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value));
};

const codesOf = ({ data, errors = [] }: Answer<unknown>): string[] => {
  const payloads = Object.values((data ?? {}) as Record<string, { userErrors?: { code: string }[] } | null>);
  return [
    ...errors.map(({ extensions }) => String(extensions?.code)),
    ...payloads.flatMap((payload) => payload?.userErrors ?? []).map(({ code }) => code),
  ];
};

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The answer has no errors and holds at least this data. */
    toAnswer(expected: unknown): R;
    /** The answer carries this code, as a top-level error or as a user error. */
    toFailWith(code: string): R;
  }
}
