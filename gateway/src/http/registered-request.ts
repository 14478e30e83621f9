import type { RegisteredOperations } from '../document/registered-operations.ts';
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
    const query = await registered.text((body ?? {}) as object, admitted);
    return { body: query === undefined ? body : { ...(body as object), query }, search };
  }
  const parameters = new URLSearchParams(search);
  const query = await registered.text({ query: parameters.get('query'), extensions: extensionsIn(parameters) }, admitted);
  if (query !== undefined) parameters.set('query', query);
  return { body, search: `?${parameters}` };
};

const extensionsIn = (parameters: URLSearchParams): unknown => {
  try {
    return JSON.parse(parameters.get('extensions') ?? '{}');
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: '`extensions` is not valid JSON.' });
  }
};
