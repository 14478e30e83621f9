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
}

const answerBytes = 1_000_000;
const lifetimeSeconds = 60;

/** One signed call of a plugin's hooks: a token for that tenant and plugin, and a signature over the body for this delivery. */
export const createHookCaller = ({ keys, fetch }: { readonly keys: SigningKeys; readonly fetch: typeof globalThis.fetch }) => {
  return async ({ pluginId, serviceUrl, timeoutMs, claims }: HookTarget, deliveryId: string, body: string): Promise<unknown> => {
    const forPlugin = { audience: pluginId, expiresInSeconds: lifetimeSeconds };
    const [token, signature] = await Promise.all([
      keys.sign(toTokenPayload(claims), forPlugin),
      keys.sign({ digest: bodyDigest(body), delivery: deliveryId }, forPlugin),
    ]);
    const response = await fetch(`${serviceUrl}${hookPath}`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/cloudevents+json',
        [deliveryHeader]: deliveryId,
        [internalTokenHeader]: token,
        [signatureHeader]: signature,
        [requestIdHeader]: deliveryId,
      },
      body,
    });
    if (!response.ok) throw new Error(`The plugin answered ${response.status}.`);
    const text = await response.text();
    if (text.length > answerBytes) throw new Error('The plugin’s answer is too large.');
    return text ? JSON.parse(text) : undefined;
  };
};

export type HookCaller = ReturnType<typeof createHookCaller>;
