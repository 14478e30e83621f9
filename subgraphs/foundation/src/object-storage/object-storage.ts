import type { FastifyInstance } from 'fastify';

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
  /** A form by which whoever has it may put one file there, of this type and at most this size; the storage itself refuses all else. */
  presignUpload(bucket: string, key: string, limits: UploadLimits): Promise<PresignedUpload>;
  /** An address at which whoever has it may read the object until it expires. */
  presignDownload(bucket: string, key: string, options: DownloadOptions): Promise<string>;
  /** Serves the addresses above; absent where the files have a server of their own. */
  register?(server: FastifyInstance): Promise<void>;
  /** Rejects when it is away; absent where there is nothing that could be. */
  ping?(): Promise<void>;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface UploadLimits {
  readonly contentType: string;
  readonly maxBytes: number;
  readonly expiresInSeconds: number;
}

/** Sent as `multipart/form-data` by POST: the fields first, then the file as `file`. */
export interface PresignedUpload {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface DownloadOptions {
  readonly expiresInSeconds: number;
  /** A browser saves it under this name instead of showing it. */
  readonly fileName?: string;
}
