import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { attachment } from './attachment.ts';
import { createFilePermits, type UploadPermit } from './file-permits.ts';
import type { ObjectStorage } from './object-storage.ts';

export interface SignedFilesDeps {
  /** Public base URL of the platform. */
  readonly url: string;
  readonly platformKey: string;
  readonly files: Pick<ObjectStorage, 'put' | 'get'>;
}

const path = '/uploads/signed';
const typeField = 'Content-Type';

type SignedFiles = Required<Pick<ObjectStorage, 'presignUpload' | 'presignDownload' | 'register'>>;

/** What an S3 server does with presigned forms and addresses, for files that have no server: the permit travels in the request. */
export const signedFiles = ({ url, platformKey, files }: SignedFilesDeps): SignedFiles => {
  const permits = createFilePermits(platformKey);

  const upload = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!request.isMultipart()) return refuse(reply, 400, 'Send the form as multipart form data.');
    const fields = new Map<string, unknown>();
    for await (const part of request.parts({ limits: { files: 1, fields: 20, fileSize: Number.MAX_SAFE_INTEGER } })) {
      if (part.type === 'field') {
        fields.set(part.fieldname, part.value);
        continue;
      }
      // Judged before the file is read: who may not send it does not fill the memory.
      const permit = await permits.upload(String(fields.get('policy')));
      if (!permit || fields.get(typeField) !== permit.contentType) {
        part.file.resume();
        return refuse(reply, 403, 'This upload is not permitted, or no longer.');
      }
      return keep(permit, part.file, reply);
    }
    return refuse(reply, 400, 'The form has no file.');
  };
  const keep = async ({ bucket, key, contentType, maxBytes }: UploadPermit, file: Readable, reply: FastifyReply) => {
    const bytes = await readUpTo(maxBytes, file);
    if (!bytes) return refuse(reply, 400, `The file has 1 to ${maxBytes} bytes.`);
    await files.put(bucket, key, bytes, { contentType });
    return reply.status(204).send();
  };
  const download = async ({ query }: FastifyRequest<{ Querystring: { permit?: string } }>, reply: FastifyReply) => {
    const permit = await permits.download(String(query.permit));
    if (!permit) return refuse(reply, 403, 'This address is not valid, or no longer.');
    const found = await files.get(permit.bucket, permit.key);
    if (!found) return refuse(reply, 404, 'Not found.');
    return reply
      .headers({
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
        // Opened as a page of its own a file can do nothing on this origin.
        'content-security-policy': "default-src 'none'; sandbox",
        ...(permit.fileName && { 'content-disposition': attachment(permit.fileName) }),
      })
      .type(found.contentType)
      .send(Buffer.from(found.bytes));
  };

  return {
    async presignUpload(bucket, key, { contentType, maxBytes, expiresInSeconds }) {
      const policy = await permits.forUpload({ bucket, key, contentType, maxBytes }, expiresInSeconds);
      return { url: `${url}${path}`, fields: { policy, [typeField]: contentType } };
    },
    presignDownload: async (bucket, key, { expiresInSeconds, fileName }) =>
      `${url}${path}?permit=${await permits.forDownload({ bucket, key, fileName }, expiresInSeconds)}`,
    register: async (server: FastifyInstance) => {
      await server.register(async (scope) => {
        await scope.register(multipart);
        scope.post(path, upload);
        scope.get(path, download);
      });
    },
  };
};

const refuse = (reply: FastifyReply, status: number, error: string) => reply.status(status).send({ error });

/** The whole file; undefined for an empty one and for one that is longer, whose rest is thrown away. */
const readUpTo = async (maxBytes: number, file: Readable): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size && size <= maxBytes ? Buffer.concat(chunks) : undefined;
};
