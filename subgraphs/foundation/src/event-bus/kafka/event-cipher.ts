import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EventKeyStore, SealedEventKey } from '../../database/event-key-store.ts';
import type { Vault } from '../../keys/signing-keys.ts';

export interface EventCipherDeps {
  readonly keys: EventKeyStore;
  /** Wraps the tenants' keys with the platform key. */
  readonly vault: Vault;
  readonly newId: () => string;
}

export interface SealedData {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Encrypts what events carry with their tenant's key, AES-256-GCM: where the key is gone, they are noise. */
export interface EventCipher {
  /** `bound` is not encrypted, but data opens only together with it. */
  seal(tenantId: string, plain: string, bound: string): Promise<SealedData>;
  /** Undefined when the key was erased; fails when the data is not what was sealed. */
  open(tenantId: string, sealed: SealedData, bound: string): Promise<string | undefined>;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Keys are read anew each time: an erased one is of no use from that moment on, in any process. */
export const createEventCipher = ({ keys, vault, newId }: EventCipherDeps): EventCipher => {
  const fresh = (): SealedEventKey => ({ id: newId(), sealed: vault.seal(randomBytes(32).toString('base64')) });
  const unwrap = ({ sealed }: SealedEventKey): Buffer => Buffer.from(vault.open(sealed), 'base64');
  return {
    async seal(tenantId, plain, bound) {
      const key = await keys.ofTenant(tenantId, fresh);
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, unwrap(key), iv).setAAD(Buffer.from(bound));
      const body = [cipher.update(plain, 'utf8'), cipher.final()];
      return { keyId: key.id, bytes: Buffer.concat([iv, cipher.getAuthTag(), ...body]) };
    },
    async open(tenantId, { keyId, bytes }, bound) {
      const key = await keys.byId(tenantId, keyId);
      if (!key) return undefined;
      const decipher = createDecipheriv(algorithm, unwrap(key), bytes.subarray(0, ivBytes)).setAAD(Buffer.from(bound));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
};
