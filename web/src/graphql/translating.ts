import { ApolloLink } from '@apollo/client';
import { type ErrorCode, errorRegistry } from '@plexica/schema';
import { map } from 'rxjs';
import { i18n } from '@/i18n.ts';

interface Refusal {
  readonly code: string;
  readonly message: string;
}

const isKnown = (code: string): code is ErrorCode => code in errorRegistry;

/** The server speaks English; the words of the registry are there in the console's language too. What it says more precisely stays. */
const translated = <Error extends Refusal>(error: Error): Error => {
  const texts = isKnown(error.code) ? errorRegistry[error.code] : undefined;
  return texts && texts.en === error.message ? { ...error, message: texts[i18n.global.locale.value as 'en' | 'it'] } : error;
};

const inPayload = (payload: unknown): unknown =>
  payload !== null && typeof payload === 'object' && 'userErrors' in payload && Array.isArray(payload.userErrors)
    ? { ...payload, userErrors: payload.userErrors.map(translated) }
    : payload;

/** Puts the user errors of every answer into the language of the console. */
export const translating = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) =>
      result.data
        ? { ...result, data: Object.fromEntries(Object.entries(result.data).map(([name, value]) => [name, inPayload(value)])) }
        : result,
    ),
  ),
);
