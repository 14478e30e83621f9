import type { Directory, PrincipalRecord, VerifiedIdentity } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { Arrival } from '../request.ts';
import type { createAccessTokens } from './access-token.ts';
import { type createApiKeys, looksLikeApiKey } from './api-keys.ts';
import { anonymousPrincipal, type Principal, type SignedInPrincipal } from './principal.ts';
import { type createUiTokens, looksLikeUiToken } from './ui-tokens.ts';

export interface IdentifyDeps {
  readonly directory: Directory;
  readonly accessTokens: ReturnType<typeof createAccessTokens>;
  readonly apiKeys: ReturnType<typeof createApiKeys>;
  readonly uiTokens: ReturnType<typeof createUiTokens>;
}

const scheme = 'bearer ';
/** The same token and record are the same principal, so that what is made of it once need not be made again. */
const known = new WeakMap<VerifiedIdentity, { readonly record: PrincipalRecord; readonly principal: SignedInPrincipal }>();

/** No header is anonymous; a header that is there but empty or invalid never is. */
export const identify = async (
  { authorization, address }: Pick<Arrival, 'authorization' | 'address'>,
  { directory, accessTokens, apiKeys, uiTokens }: IdentifyDeps,
): Promise<Principal> => {
  if (authorization === undefined) return anonymousPrincipal;
  const credential = authorization.slice(0, scheme.length).toLowerCase() === scheme ? authorization.slice(scheme.length) : '';
  if (looksLikeApiKey(credential)) return apiKeys.verify(credential, address);
  const component = looksLikeUiToken(credential) ? await uiTokens.verify(credential, address) : undefined;
  const identity = component?.identity ?? (await accessTokens.verify(credential, address));
  const record = await directory.principal(identity);
  if (!record || record.revoked) throw new Refusal('UNAUTHENTICATED');
  const same = known.get(identity);
  if (same?.record === record) return same.principal;
  const principal: SignedInPrincipal = { kind: 'signed-in', identity, ...(component && { plugin: component.plugin }), ...record };
  known.set(identity, { record, principal });
  return principal;
};
