import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { SigningKeyStore } from '../database/signing-key-store.ts';
import type { SealedSigningKey, StoredSigningKeys, Vault } from './signing-keys.ts';

interface SigningKeyDeps {
  readonly store: SigningKeyStore;
  readonly vault: Vault;
  readonly newId: () => string;
  readonly clock: () => Date;
}

/** The platform's Ed25519 key, made at the first start; every replica reads the same one. */
export const createSigningKeys = async ({ store, vault, newId, clock }: SigningKeyDeps): Promise<StoredSigningKeys> => {
  const stored = (await store.newest()) ?? (await store.add(await makeKey(newId(), vault)));
  return signingKeysOf(stored, { vault, newId, clock });
};

export const signingKeysOf = async (
  stored: SealedSigningKey,
  { vault, newId, clock }: Omit<SigningKeyDeps, 'store'>,
): Promise<StoredSigningKeys> => {
  const privateKey = createPrivateKey({ key: JSON.parse(vault.open(stored.privateSealed)) as JsonWebKey, format: 'jwk' });
  const header = base64url(JSON.stringify({ alg: 'EdDSA', kid: stored.id }));
  const keys = [stored.publicJwk];
  return {
    // Here and now: handing so short a work to another thread costs more than the work itself.
    async sign(claims, { audience, expiresInSeconds }) {
      const iat = Math.floor(clock().getTime() / 1000);
      const payload = { ...claims, iss: 'plexica', aud: audience, iat, exp: iat + expiresInSeconds, jti: newId() };
      const text = `${header}.${base64url(JSON.stringify(payload))}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    },
    jwks: async () => ({ keys }),
    sealed: async () => stored,
  };
};

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

const makeKey = async (id: string, vault: Vault) => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return {
    id,
    publicJwk: { ...(await exportJWK(publicKey)), kid: id, alg: 'EdDSA', use: 'sig' },
    privateSealed: vault.seal(JSON.stringify(await exportJWK(privateKey))),
  };
};
