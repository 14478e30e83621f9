import { Client, type ClientOptions } from 'minio';
import type { ObjectStorage } from './object-storage.ts';

/** `s3+http(s)://key:secret@host:port[/prefix][?region=]`; the prefix stands in front of every bucket's name. */
export const readS3Url = (url: string): ClientOptions & { readonly prefix: string } => {
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
  };
};

/** Buckets of an S3 server, MinIO first of all. */
export const createMinioObjectStorage = (url: string): ObjectStorage => {
  const { prefix, ...options } = readS3Url(url);
  const client = new Client(options);
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
      const keys = await keysOf(bucket).catch(ifCode('NoSuchBucket'));
      if (keys?.length) await client.removeObjects(named(bucket), keys);
      if (keys) await client.removeBucket(named(bucket)).catch(ifCode('NoSuchBucket'));
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
    list: async (bucket, under) => ((await keysOf(bucket, under).catch(ifCode('NoSuchBucket'))) ?? []).sort(),
  };
};

/** Takes a refusal for an answer where it says what was wanted anyway. */
const ifCode =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (codes.includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  };
