import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '@plexica/plugin-kit';
import { Client, type ClientOptions } from 'minio';
import { attachment } from './attachment.ts';
import { impatient } from './impatient-transport.ts';
import type { ObjectStorage } from './object-storage.ts';

interface S3Address extends ClientOptions {
  readonly prefix: string;
  /** Where browsers reach the server, if that is elsewhere. */
  readonly publicUrl?: string;
}

/** `s3+http(s)://key:secret@host:port[/prefix][?region=][&public=https://host]`; the prefix stands in front of every bucket's name. */
export const readS3Url = (url: string): S3Address => {
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url.replace(/^s3\+/, ''));
  return {
    endPoint: hostname,
    ...(port && { port: Number(port) }),
    useSSL: protocol === 'https:',
    accessKey: decodeURIComponent(username),
    secretKey: decodeURIComponent(password),
    region: searchParams.get('region') ?? 'us-east-1',
    pathStyle: true,
    prefix: pathname.replace(/^\//, ''),
    publicUrl: searchParams.get('public') ?? undefined,
  };
};

/** In its first moments MinIO makes again what it had listed when it started, also what was deleted since. */
const madeAgainMs = 1_000;

/** Buckets of an S3 server, MinIO first of all. Fails with SERVICE_UNAVAILABLE while it is away. */
export const createMinioObjectStorage = (url: string): ObjectStorage => sayingAway(bucketsOf(url));

const bucketsOf = (url: string): ObjectStorage => {
  const { prefix, publicUrl, ...options } = readS3Url(url);
  // What fails is tried again by who asked, who knows how long to wait; a server that hangs has failed.
  const client = new Client({ ...options, transport: impatient(options.useSSL), retryOptions: { disableRetry: true } });
  // Signs and never connects: the address is part of what is signed.
  const signer = publicUrl ? new Client({ ...options, ...placeOf(publicUrl) }) : client;
  const named = (bucket: string) => `${prefix}${bucket}`;
  const keysOf = async (bucket: string, under = ''): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { name } of client.listObjectsV2(named(bucket), under, true) as AsyncIterable<{ name?: string }>) {
      if (name !== undefined) keys.push(name);
    }
    return keys;
  };
  return {
    hasBucket: (bucket) => client.bucketExists(named(bucket)),
    createBucket: (bucket) =>
      client.makeBucket(named(bucket), options.region).catch(ifCode('BucketAlreadyOwnedByYou', 'BucketAlreadyExists')),
    async deleteBucket(bucket) {
      do {
        const keys = await keysOf(bucket).catch(ifCode('NoSuchBucket'));
        if (keys?.length) await client.removeObjects(named(bucket), keys);
        if (keys) await client.removeBucket(named(bucket)).catch(ifCode('NoSuchBucket'));
        await pause(madeAgainMs);
      } while (await client.bucketExists(named(bucket)));
    },
    async put(bucket, key, bytes, { contentType }) {
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await client.putObject(named(bucket), key, body, body.length, { 'Content-Type': contentType });
    },
    async get(bucket, key) {
      const stream = await client.getObject(named(bucket), key).catch(ifCode('NoSuchKey', 'NoSuchBucket', 'NotFound'));
      if (!stream) return undefined;
      const { headers } = stream as unknown as { headers?: Record<string, string> };
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return { bytes: Buffer.concat(chunks), contentType: headers?.['content-type'] ?? 'application/octet-stream' };
    },
    delete: (bucket, key) => client.removeObject(named(bucket), key).catch(ifCode('NoSuchKey', 'NoSuchBucket')),
    async presignUpload(bucket, key, { contentType, maxBytes, expiresInSeconds }) {
      const policy = signer.newPostPolicy();
      policy.setBucket(named(bucket));
      policy.setKey(key);
      policy.setContentType(contentType);
      policy.setContentLengthRange(1, maxBytes);
      policy.setExpires(new Date(Date.now() + expiresInSeconds * 1000));
      const { postURL, formData } = await signer.presignedPostPolicy(policy);
      return { url: postURL, fields: formData };
    },
    presignDownload: (bucket, key, { expiresInSeconds, fileName }) =>
      signer.presignedGetObject(
        named(bucket),
        key,
        expiresInSeconds,
        fileName === undefined ? {} : { 'response-content-disposition': attachment(fileName) },
      ),
    ping: async () => void (await client.bucketExists(named('plexica-ping'))),
    list: async (bucket, under) => ((await keysOf(bucket, under).catch(ifCode('NoSuchBucket'))) ?? []).sort(),
  };
};

const placeOf = (url: string): Pick<ClientOptions, 'endPoint' | 'port' | 'useSSL'> => {
  const { protocol, hostname, port } = new URL(url);
  const useSSL = protocol === 'https:';
  return { endPoint: hostname, port: Number(port) || (useSSL ? 443 : 80), useSSL };
};

const sayingAway = (storage: ObjectStorage): ObjectStorage => {
  const methods = Object.entries(storage).map(([name, method]: [string, (...args: never[]) => Promise<unknown>]) => [
    name,
    (...args: never[]) => method(...args).catch(ifAway),
  ]);
  return Object.fromEntries(methods) as ObjectStorage;
};

// A server that answers has a code of its own for whatever it refuses.
const ifAway = (error: unknown): never => {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'S3Error' && !/^(InternalError|SlowDown|ServiceUnavailable|XMinio)/.test(String(code))) throw error;
  throw new DomainError('SERVICE_UNAVAILABLE', { message: 'The file storage is away.', cause: error });
};

/** Takes a refusal for an answer where it says what was wanted anyway. */
const ifCode =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (codes.includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  };
