import type { Directory } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { Arrival } from '../request.ts';
import type { createAccessTokens } from './access-token.ts';
import { type createApiKeys, looksLikeApiKey } from './api-keys.ts';
import { anonymousPrincipal, type Principal } from './principal.ts';

export interface IdentifyDeps {
  readonly directory: Directory;
  readonly accessTokens: ReturnType<typeof createAccessTokens>;
  readonly apiKeys: ReturnType<typeof createApiKeys>;
}

/** No header is anonymous; a header that is there but empty or invalid never is. */
export const identify = async (
  { authorization, address }: Pick<Arrival, 'authorization' | 'address'>,
  { directory, accessTokens, apiKeys }: IdentifyDeps,
): Promise<Principal> => {
  if (authorization === undefined) return anonymousPrincipal;
  const [, credential = ''] = authorization.match(/^Bearer (\S+)$/i) ?? [];
  if (looksLikeApiKey(credential)) return apiKeys.verify(credential, address);
  const identity = await accessTokens.verify(credential, address);
  const record = await directory.principal(identity);
  if (!record || record.revoked) throw new Refusal('UNAUTHENTICATED');
  return { kind: 'signed-in', identity, ...record };
};
