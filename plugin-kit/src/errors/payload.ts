import { errorKind } from '@plexica/schema';
import type { UserError } from '../subgraph/frozen-types.ts';
import { type DomainError, isDomainError } from './domain-error.ts';

/**
 * Runs a use case for a mutation. A user error becomes an entry of `userErrors` with every noun null
 * (a version conflict carries the fresh state as the noun); everything else is thrown on.
 *
 * `payload('user', () => users.create(input))`, or with several nouns
 * `payload(['tenant', 'operation'], async () => ({ tenant, operation }))`.
 */
export async function payload<Noun extends string, Value>(noun: Noun, work: () => Promise<Value>): Promise<Outcome<Noun, Value>>;
export async function payload<Nouns extends readonly string[], Values extends Record<Nouns[number], unknown>>(
  nouns: readonly [...Nouns],
  work: () => Promise<Values>,
): Promise<{ [N in keyof Values]: Values[N] | null } & WithUserErrors>;
export async function payload(nouns: string | readonly string[], work: () => Promise<unknown>): Promise<object> {
  try {
    const value = await work();
    return { ...(typeof nouns === 'string' ? { [nouns]: value } : (value as object)), userErrors: [] };
  } catch (error) {
    if (!isDomainError(error) || errorKind(error.code) !== 'user') throw error;
    const names = typeof nouns === 'string' ? [nouns] : nouns;
    return { ...Object.fromEntries(names.map((name) => [name, null])), ...freshState(error, names), userErrors: [asUserError(error)] };
  }
}

interface WithUserErrors {
  userErrors: UserError[];
}

type Outcome<Noun extends string, Value> = { [N in Noun]: Value | null } & WithUserErrors;

const freshState = (error: DomainError, [first = '']: readonly string[]): object =>
  error.code === 'VERSION_CONFLICT' && error.details.current ? { [first]: error.details.current } : {};

const asUserError = ({ code, message, path, details }: DomainError): UserError => ({
  code,
  message,
  path: path ?? null,
  plugin: textOrNull(details.plugin),
  pluginCode: textOrNull(details.pluginCode),
});

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
