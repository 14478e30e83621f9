import { ApolloLink } from '@apollo/client';
import { type ErrorCode, errorRegistry } from '@plexica/schema';
import { map } from 'rxjs';

type Language = 'en' | 'it';

/**
 * Puts the errors of every answer into the language of the console. The server speaks English; the words of the registry are there in
 * both. What it says more precisely stays.
 */
export const translating = (language: () => Language): ApolloLink => {
  const translated = <Refusal extends { readonly message: string }>(refusal: Refusal, code: unknown): Refusal => {
    const texts = isKnown(code) ? errorRegistry[code] : undefined;
    return texts?.en === refusal.message ? { ...refusal, message: texts[language()] } : refusal;
  };
  const inPayload = (payload: unknown): unknown =>
    payload !== null && typeof payload === 'object' && 'userErrors' in payload && Array.isArray(payload.userErrors)
      ? { ...payload, userErrors: payload.userErrors.map((error) => translated(error, error.code)) }
      : payload;

  return new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      map((result) => ({
        ...result,
        ...(result.data && { data: Object.fromEntries(Object.entries(result.data).map(([name, value]) => [name, inPayload(value)])) }),
        ...(result.errors && { errors: result.errors.map((error) => translated(error, error.extensions?.code)) }),
      })),
    ),
  );
};

const isKnown = (code: unknown): code is ErrorCode => typeof code === 'string' && code in errorRegistry;
