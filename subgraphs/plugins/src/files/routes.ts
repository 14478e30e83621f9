import multipart from '@fastify/multipart';
import { type ObjectStorage, type UploadStore, uploadBytesAtMost } from '@plexica/foundation';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { contentTypeOf, pluginBucket } from './plugin-bundle.ts';

const refusal = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

/** `/plugins/<id>/<digest>/...`: immutable by its digest. */
export const registerPluginFiles = (server: FastifyInstance, { storage }: { readonly storage: ObjectStorage }): void => {
  server.get<{ Params: { id: string; digest: string; '*': string } }>('/plugins/:id/:digest/*', async ({ params }, reply) => {
    const key = `${params.id}/${params.digest}/${params['*']}`;
    const valid = /^[a-z0-9-]+\/[0-9a-f]{32}\/[\w@./-]+$/.test(key) && !key.includes('..');
    const type = contentTypeOf(key);
    const found = valid && type ? await storage.get(pluginBucket, key) : undefined;
    if (!found || !type) return reply.status(404).header('cache-control', 'no-store').send({ error: 'Not found' });
    return reply
      .headers({
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        // Opened as a page of its own (an SVG with a script in it) a file can do nothing on this origin.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      })
      .type(type)
      .send(Buffer.from(found.bytes));
  });
};

export interface UploadRouteDeps {
  readonly uploads: UploadStore;
  readonly whoIs: (request: FastifyRequest) => Promise<{ readonly userId: string } | undefined>;
}

const announced = z.object({
  contentType: z.string().regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/),
  bytes: z.int().positive().max(uploadBytesAtMost),
});

/**
 * `POST /uploads` with one file as multipart form data; answers the id that a mutation takes. With `{ contentType, bytes }` as JSON it
 * answers the form by which the file is sent straight to the storage. Needs sign-in.
 */
export const registerUploads = async (server: FastifyInstance, { uploads, whoIs }: UploadRouteDeps): Promise<void> => {
  await server.register(multipart, { limits: { files: 1, fileSize: uploadBytesAtMost, fields: 0 } });
  server.post('/uploads', async (request, reply) => {
    const caller = await whoIs(request);
    if (!caller) return reply.status(401).send(refusal('UNAUTHENTICATED', 'Sign in to upload a file.'));
    if (request.headers['content-type']?.startsWith('application/json')) {
      const { data } = announced.safeParse(request.body);
      if (!data) return reply.status(400).send(refusal('BAD_USER_INPUT', `Say contentType and bytes, at most ${uploadBytesAtMost}.`));
      return uploads.reserve(data, caller.userId);
    }
    const file = request.isMultipart() ? await request.file() : undefined;
    if (!file) return reply.status(400).send(refusal('BAD_USER_INPUT', 'Send one file as multipart form data.'));
    const bytes = await file.toBuffer().catch(() => undefined);
    if (!bytes || file.file.truncated)
      return reply.status(413).send(refusal('PAYLOAD_TOO_LARGE', `A file has at most ${uploadBytesAtMost} bytes.`));
    return { id: await uploads.put({ bytes, contentType: file.mimetype }, caller.userId) };
  });
};
