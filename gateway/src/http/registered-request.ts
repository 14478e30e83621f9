import type { Asked, RegisteredOperations } from '../document/registered-operations.ts';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';

interface Sent {
  readonly body: unknown;
  readonly search: string;
}

/** The same request with the text of a registered operation in place of its hash; refused before anything of it is parsed where it may not run. */
export const withRegisteredText = async ({ body, search }: Sent, admitted: Admitted, registered: RegisteredOperations): Promise<Sent> => {
  if (Array.isArray(body)) return { body, search };
  if (body !== undefined) {
    const asked = (body ?? {}) as Asked;
    const query = await registered.text(asked, admitted);
    if (query === undefined) return { body, search };
    return { body: { ...asked, query, ...(!asked.query && { extensions: withoutHash(asked.extensions) }) }, search };
  }
  const parameters = new URLSearchParams(search);
  const query = await registered.text({ query: parameters.get('query'), extensions: extensionsIn(parameters) }, admitted);
  if (query !== undefined) parameters.set('query', query);
  return { body, search: `?${parameters}` };
};

/** Its text is found: nothing is to be looked for, or kept, by this hash any more. */
const withoutHash = (extensions: unknown): object => {
  const { persistedQuery, ...others } = extensions as { readonly persistedQuery: unknown };
  return others;
};

const extensionsIn = (parameters: URLSearchParams): unknown => {
  try {
    return JSON.parse(parameters.get('extensions') ?? '{}');
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: '`extensions` is not valid JSON.' });
  }
};
