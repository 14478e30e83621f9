import { createHash } from 'node:crypto';
import { z } from 'zod';

/** How the platform calls a plugin's hooks: `POST <service>/_plexica/hooks` with these headers. */
export const hookPath = '/_plexica/hooks';
/** The id of a delivery; the same when it is tried again. */
export const deliveryHeader = 'plexica-delivery';
/** A JWS of the platform over the digest of the body, for this plugin alone. */
export const signatureHeader = 'plexica-signature';

/** What the signature vouches for. */
export const bodyDigest = (body: string): string => createHash('sha256').update(body).digest('base64url');

/** Body of a filter call; an action's body is the CloudEvent itself. */
export const filterCall = z.object({ filter: z.string(), payload: z.record(z.string(), z.unknown()) });

/** What a filter answers: the payload, changed or not, or a veto. */
export const filterAnswer = z.union([
  z.object({ payload: z.record(z.string(), z.unknown()) }),
  z.object({ veto: z.object({ code: z.string(), message: z.string() }) }),
]);

export type FilterAnswer = z.infer<typeof filterAnswer>;
