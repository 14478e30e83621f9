/** Files of tenants and plugins. One bucket per tenant, one for plugin bundles. */
export interface ObjectStorage {
  /** Whether there is one of this name, whoever made it. */
  hasBucket(bucket: string): Promise<boolean>;
  /** Idempotent. */
  createBucket(bucket: string): Promise<void>;
  /** Removes the bucket with everything in it; idempotent. */
  deleteBucket(bucket: string): Promise<void>;
  put(bucket: string, key: string, bytes: Uint8Array, metadata: { readonly contentType: string }): Promise<void>;
  get(bucket: string, key: string): Promise<StoredObject | undefined>;
  delete(bucket: string, key: string): Promise<void>;
  list(bucket: string, prefix?: string): Promise<string[]>;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}
