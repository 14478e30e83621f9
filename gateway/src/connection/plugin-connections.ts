import type { Claims } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import type { TenantRecord } from '../directory/directory.ts';
import { createHttpConnection } from '../execute/http-connection.ts';
import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import { onceFor } from '../once-for.ts';
import { createAskedFields } from './asked-fields.ts';
import { createCallRoom } from './call-room.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import { claimsForPlugin } from './claims-for.ts';
import type { InternalTokens } from './internal-tokens.ts';
import { type ObserveCall, observed } from './observed.ts';
import { withRetries } from './retries.ts';
import { withStreamRoom } from './stream-room.ts';

interface PluginConnectionDeps {
  readonly dispatchers: { readonly requests: Dispatcher; readonly streams: Dispatcher };
  readonly mint: InternalTokens;
  readonly limits: { readonly timeoutMs: number; readonly maxResponseBytes: number };
  readonly observe: ObserveCall;
}

const installationsAtMost = 5_000;

/** One connection per installation, for as long as nothing about it changes. Undefined for a plugin that the tenant has not active. */
export const createPluginConnections = ({ dispatchers, mint, limits, observe }: PluginConnectionDeps) => {
  const withAskedFields = createAskedFields();
  const known = new LRUCache<string, SubgraphConnection>({ max: installationsAtMost });
  /** By tenant and plugin: an installation that is configured anew may not have more calls under way for it. */
  const rooms = new LRUCache<string, ReturnType<typeof createCallRoom>>({ max: installationsAtMost });
  const roomOf = (tenant: string, plugin: string) => {
    const key = `${tenant}|${plugin}`;
    const room = rooms.get(key) ?? createCallRoom(limits);
    rooms.set(key, room);
    return room;
  };

  return ({ id, slug, plugins }: TenantRecord, name: string): SubgraphConnection | undefined => {
    const installation = plugins[name];
    if (!installation) return undefined;
    const { url, configurationVersion, grantedScopes } = installation;
    const key = [id, name, url, configurationVersion, grantedScopes.join()].join('|');
    const connected = known.get(key);
    if (connected) return connected;
    const claimsOf = onceFor((claims: Claims) => claimsForPlugin(claims, name, installation));
    const over = (dispatcher: Dispatcher) =>
      createHttpConnection({
        name,
        url,
        token: (claims) => mint(name, claimsOf(claims)),
        dispatcher,
        ...limits,
      });
    const { subscribe } = withStreamRoom(over(dispatchers.streams));
    const answered = withAskedFields({ ...over(dispatchers.requests), identity: key, subscribe });
    const called = observed(answered, observe, slug);
    // The breaker counts each try, so what keeps failing rests as soon as without retries.
    const connection = withRetries(roomOf(id, name).around(withCircuitBreaker(called)));
    known.set(key, connection);
    return connection;
  };
};
