import type { SigningKeys } from '@plexica/foundation';
import {
  bodyDigest,
  type Claims,
  deliveryHeader,
  hookPath,
  internalTokenHeader,
  requestIdHeader,
  signatureHeader,
  toTokenPayload,
} from '@plexica/plugin-kit';

export interface HookTarget {
  readonly pluginId: string;
  readonly serviceUrl: string;
  readonly timeoutMs: number;
  readonly claims: Claims;
  /** Gives the call up early. */
  readonly signal?: AbortSignal;
}

const answerBytes = 1_000_000;
const lifetimeSeconds = 60;

/** One signed call of a plugin's hooks: a token for that tenant and plugin, and a signature over the body for this delivery. */
export const createHookCaller = ({ keys, fetch }: { readonly keys: SigningKeys; readonly fetch: typeof globalThis.fetch }) => {
  return async ({ pluginId, serviceUrl, timeoutMs, claims, signal }: HookTarget, deliveryId: string, body: string): Promise<string> => {
    const forPlugin = { audience: pluginId, expiresInSeconds: lifetimeSeconds };
    const [token, signature] = await Promise.all([
      keys.sign(toTokenPayload(claims), forPlugin),
      keys.sign({ digest: bodyDigest(body), delivery: deliveryId }, forPlugin),
    ]);
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${serviceUrl}${hookPath}`, {
      method: 'POST',
      redirect: 'error',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      headers: {
        'content-type': 'application/cloudevents+json',
        [deliveryHeader]: deliveryId,
        [internalTokenHeader]: token,
        [signatureHeader]: signature,
        [requestIdHeader]: deliveryId,
      },
      body,
    });
    const text = await readBounded(response);
    if (!response.ok) throw new Error(`The plugin answered ${response.status}.`);
    return text;
  };
};

export type HookCaller = ReturnType<typeof createHookCaller>;

/** Stops reading as soon as the answer is too large, however much more would come. */
const readBounded = async ({ body }: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > answerBytes) throw new Error(`The plugin’s answer has more than ${answerBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};
