import { LRUCache } from 'lru-cache';
import { internalTokenHeader } from '../claims/claims.ts';
import type { SubgraphCall } from '../subgraph/subgraph.ts';
import { type RuntimeAnswer, runtimeAnswer, runtimePath } from './protocol.ts';

export interface RuntimeClientOptions {
  readonly platformUrl: string;
  /** Shown once at `registerPluginService`. */
  readonly credential: string;
}

const installationsAtMost = 5_000;
const timeoutMs = 5_000;

/** Asks the platform for the installation of the request in hand; once per tenant and configuration version. */
export const createRuntimeClient = ({ platformUrl, credential }: RuntimeClientOptions) => {
  const known = new LRUCache<string, Promise<RuntimeAnswer>>({ max: installationsAtMost, ttl: 300_000 });
  const ask = async (token: string): Promise<RuntimeAnswer> => {
    const response = await fetch(`${platformUrl}${runtimePath}`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization: `Bearer ${credential}`, [internalTokenHeader]: token },
    });
    if (response.status === 401)
      throw new Error(
        'The platform refused this service. Is PLEXICA_PLUGIN_CREDENTIAL the one that registerPluginService showed for this plugin?',
      );
    if (!response.ok) throw new Error(`The platform answered ${response.status} at ${runtimePath}.`);
    return runtimeAnswer.parse(await response.json());
  };
  return ({ claims, token }: SubgraphCall): Promise<RuntimeAnswer> => {
    if (!claims.tenant || !token) throw new Error('A plugin is called for a tenant.');
    const key = `${claims.tenant.id}.${claims.configurationVersion}`;
    const found = known.get(key);
    if (found) return found;
    const asked = ask(token);
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    return asked;
  };
};

export type RuntimeClient = ReturnType<typeof createRuntimeClient>;
