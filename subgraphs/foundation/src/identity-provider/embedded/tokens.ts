import { DomainError } from '@plexica/plugin-kit';
import type { Provider } from 'oidc-provider';
import type { IssuedTokens } from '../identity-provider.ts';
import type { IssuerNames } from './issuer-names.ts';

export const accessTokenSeconds = 300;
/** Nobody stays signed in longer than this without a password. */
export const sessionSeconds = 14 * 24 * 3600;

const scope = 'openid profile email';

/** Opens a session of the account: its grant, whose id is the session's. */
export const openSession = async (provider: Provider, names: IssuerNames, subject: string): Promise<string> => {
  const grant = new provider.Grant({ accountId: subject, clientId: names.clientId });
  grant.addOIDCScope(`${scope} offline_access`);
  return grant.save();
};

/** Tokens for a session, of the same kind that the token endpoint answers. */
export const issueTokens = async (
  provider: Provider,
  names: IssuerNames,
  { subject, session }: { readonly subject: string; readonly session: string },
  rotated?: InstanceType<Provider['RefreshToken']>,
): Promise<IssuedTokens> => {
  const client = await provider.Client.find(names.clientId);
  if (!client) throw new Error('The console is not a client of the realm.');
  const common = { accountId: subject, client, grantId: session, gty: rotated ? 'password refresh_token' : 'password' };
  const binding = rotated && { sessionUid: rotated.sessionUid, expiresWithSession: rotated.expiresWithSession, sid: rotated.sid };

  const resourceServer = new provider.ResourceServer(names.resource, names.resourceServer);
  const access = new provider.AccessToken({ ...common, ...binding, resourceServer });
  const refresh = new provider.RefreshToken({
    ...common,
    ...binding,
    scope: rotated?.scope ?? scope,
    resource: names.resource,
    rotations: (rotated?.rotations ?? -1) + 1,
    ...(rotated && { iiat: rotated.iiat, expiresIn: rotated.remainingTTL }),
  });
  return { accessToken: await access.save(), refreshToken: await refresh.save(), expiresIn: accessTokenSeconds, subject, session };
};

/** The refresh token becomes a new pair and is dead; one that was dead already takes its session with it. */
export const rotateTokens = async (
  provider: Provider,
  names: IssuerNames,
  token: string,
  mayContinue: (subject: string) => Promise<boolean>,
): Promise<IssuedTokens> => {
  const found = await provider.RefreshToken.find(token);
  const { grantId: session, accountId: subject } = found ?? {};
  if (!found || !session || !subject) throw new DomainError('REFRESH_TOKEN_INVALID');
  if (found.consumed) {
    await endGrant(provider, session);
    throw new DomainError('REFRESH_TOKEN_INVALID');
  }
  if (!(await provider.Grant.find(session)) || !(await mayContinue(subject))) throw new DomainError('REFRESH_TOKEN_INVALID');
  try {
    await found.consume();
  } catch (cause) {
    throw new DomainError('REFRESH_TOKEN_INVALID', { cause });
  }
  return issueTokens(provider, names, { subject, session }, found);
};

const endGrant = async (provider: Provider, session: string): Promise<void> => {
  await provider.RefreshToken.revokeByGrantId(session);
  await (await provider.Grant.find(session))?.destroy();
};
