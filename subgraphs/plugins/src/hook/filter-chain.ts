import type { FilterChain } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError, filterAnswer } from '@plexica/plugin-kit';
import { filterCatalog } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import type { HookCaller } from './hook-caller.ts';
import type { HookSubscription, Subscriptions } from './subscriptions.ts';

type ChainDeps = Pick<PluginsDeps, 'newId' | 'log'> & { readonly subscriptions: Subscriptions; readonly call: HookCaller };

/** Filters of a tenant's active plugins, one after the other by priority. Each may change the payload within its catalogued shape, or veto. */
export const createFilterChain = ({ newId, log, subscriptions, call }: ChainDeps): FilterChain => ({
  async run(name, payload, { claims, requestId }) {
    const tenant = claims.tenant ?? tenantIn(payload);
    if (!tenant) return payload;
    let current = payload;
    for (const subscriber of await subscriptions(tenant, 'filter', name)) {
      const answer = await ask(subscriber, JSON.stringify({ filter: name, payload: current }));
      if (!answer) continue;
      if ('veto' in answer) {
        throw new DomainError('HOOK_VETOED', {
          message: answer.veto.message,
          details: { plugin: subscriber.pluginId, pluginCode: answer.veto.code },
        });
      }
      const changed = filterCatalog[name].safeParse(answer.payload);
      if (changed.success) current = changed.data as typeof current;
      else failed(subscriber, new Error(`It answered a payload that is no ${name}.`));
    }
    return current;

    async function ask({ pluginId, serviceUrl, hook, claims: plugin }: HookSubscription, body: string) {
      try {
        if (!serviceUrl) throw new Error('No service is registered for the version.');
        const target = { pluginId, serviceUrl, timeoutMs: hook.timeoutMs, claims: { ...plugin, user: claims.user } };
        return filterAnswer.parse(JSON.parse(await call(target, newId(), body)));
      } catch (error) {
        return failed({ pluginId, hook }, error);
      }
    }

    function failed({ pluginId, hook }: Pick<HookSubscription, 'pluginId' | 'hook'>, error: unknown): undefined {
      log.warn({ plugin: pluginId, filter: name, tenant: tenant?.slug, requestId, error }, 'a filter failed');
      if (hook.kind === 'filter' && hook.onFailure === 'skip') return undefined;
      throw new DomainError('HOOK_VETOED', {
        message: `The plugin ${pluginId} did not answer, and without it this may not go on.`,
        details: { plugin: pluginId, pluginCode: 'UNAVAILABLE' },
      });
    }
  },
});

/** A platform admin speaks for no tenant; a change of a tenant says itself which one it is about. */
const tenantIn = (payload: object): TenantKey | null => ('tenant' in payload ? (payload.tenant as TenantKey) : null);
