import type { Directory } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { createAccessTokens } from './access-token.ts';
import { anonymousPrincipal, type Principal } from './principal.ts';

export interface IdentifyDeps {
  readonly directory: Directory;
  readonly accessTokens: ReturnType<typeof createAccessTokens>;
}

/** No header is anonymous; a header that is there but empty or invalid never is. */
export const identify = async (authorization: string | undefined, { directory, accessTokens }: IdentifyDeps): Promise<Principal> => {
  if (authorization === undefined) return anonymousPrincipal;
  const [, token] = authorization.match(/^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i) ?? [];
  if (!token) throw new Refusal('UNAUTHENTICATED');
  const identity = await accessTokens.verify(token);
  const record = await directory.principal(identity);
  if (!record || record.revoked) throw new Refusal('UNAUTHENTICATED');
  return { kind: 'signed-in', identity, ...record };
};
