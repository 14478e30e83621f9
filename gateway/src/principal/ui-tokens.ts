import type { SigningKeys } from '@plexica/foundation';
import { createTokenVerifier, type TokenVerifier } from '@plexica/plugin-kit';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { VerifiedIdentity } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import { endOfToken } from './end-of-token.ts';
import { createFailedTries } from './failed-tries.ts';

/** For whom a component of a plugin asks, and of which plugin it is. */
export interface UiIdentity {
  readonly identity: VerifiedIdentity;
  readonly plugin: string;
}

export interface UiToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

const prefix = 'plxui_';
// No subgraph and no plugin can be called so: a token for components counts for nothing inside.
const audience = 'plexica:ui';
const lifetimeSeconds = 60;
const tokensAtMost = 10_000;
/** Tokens that don't hold which one address may try in a second, as with those of users. */
const triesAtMost = 100;

/** Whether this credential claims to be a token of a plugin's component. */
export const looksLikeUiToken = (credential: string): boolean => credential.startsWith(prefix);

/** What the components of a plugin ask with in place of their user's own token: any gateway makes them, every gateway takes them. */
export const createUiTokens = ({ keys, clock }: { readonly keys: SigningKeys; readonly clock: () => Date }) => {
  const tries = createFailedTries({ atMost: triesAtMost });
  let verifier: Promise<TokenVerifier> | undefined;
  const verifierOf = async () =>
    // What it verified is remembered here.
    createTokenVerifier({ audience, clock, tokensAtMost: 1, keys: createLocalJWKSet((await keys.jwks()) as unknown as JSONWebKeySet) });
  /** The same token is the same identity, as with those of users. */
  const verified = new LRUCache<string, UiIdentity>({ max: tokensAtMost });

  return {
    /** Lives for a minute, and never longer than what the user asked with. */
    async mint({ realm, subject, session, issuedAt, expiresAt }: VerifiedIdentity, plugin: string): Promise<UiToken> {
      const expiresIn = Math.min(lifetimeSeconds, Math.floor(expiresAt - clock().getTime() / 1000));
      if (expiresIn < 1) throw new Refusal('UNAUTHENTICATED');
      const signed = await keys.sign({ sub: subject, realm, session, since: issuedAt, plugin }, { audience, expiresInSeconds: expiresIn });
      return { token: prefix + signed, expiresIn };
    },

    /** Rejects with UNAUTHENTICATED, whatever is wrong with the token. */
    async verify(credential: string, address = ''): Promise<UiIdentity> {
      const known = verified.get(credential);
      if (known && endOfToken(known.identity) > clock().getTime()) return known;
      tries.enforce(address);
      verifier ??= verifierOf();
      const opened = await (await verifier).open(credential.slice(prefix.length));
      if (!opened) {
        tries.failed(address);
        throw new Refusal('UNAUTHENTICATED');
      }
      const identity = identityIn(opened.payload);
      verified.set(credential, identity);
      return identity;
    },
  };
};

const identityIn = ({ sub, realm, session, since, exp, plugin }: Readonly<Record<string, unknown>>): UiIdentity => ({
  identity: { realm: String(realm), subject: String(sub), session: String(session), issuedAt: Number(since), expiresAt: Number(exp) },
  plugin: String(plugin),
});
