import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
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
  const privateKey = await importJWK(JSON.parse(vault.open(stored.privateSealed)) as JWK, 'EdDSA');
  const keys = [stored.publicJwk];
  return {
    async sign(claims, { audience, expiresInSeconds }) {
      const now = Math.floor(clock().getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: stored.id })
        .setIssuer('plexica')
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + expiresInSeconds)
        .setJti(newId())
        .sign(privateKey);
    },
    jwks: async () => ({ keys }),
    sealed: async () => stored,
  };
};

const makeKey = async (id: string, vault: Vault) => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return {
    id,
    publicJwk: { ...(await exportJWK(publicKey)), kid: id, alg: 'EdDSA', use: 'sig' },
    privateSealed: vault.seal(JSON.stringify(await exportJWK(privateKey))),
  };
};
