import type { EventData, EventName, FilterName, FilterPayload } from '@plexica/schema';
import type { PluginContext } from '../plugin/plugin-context.ts';

interface HookContext extends PluginContext {
  /** The same id when a delivery is tried again. With a database the kit runs each delivery once, in one transaction. */
  readonly delivery: string;
}

interface FilterContext extends HookContext {
  /** Refuses the change: with a code of the plugin's own and words for the person who wanted it. */
  readonly veto: (code: string, message: string) => Veto;
}

export interface Veto {
  readonly veto: { readonly code: string; readonly message: string };
}

interface ActionOptions {
  /** Smaller runs earlier; 100 unless told. */
  readonly priority?: number;
  readonly timeoutMs?: number;
}

interface FilterOptions extends ActionOptions {
  /** What happens to the change when the filter does not answer in time. */
  readonly onFailure?: 'deny' | 'skip';
}

/** A handler with what the platform has to know about it. */
export type HookHandler =
  | {
      readonly kind: 'action';
      readonly hook: string;
      readonly options: ActionOptions;
      readonly run: (data: never, context: HookContext) => Promise<void>;
    }
  | {
      readonly kind: 'filter';
      readonly hook: string;
      readonly options: FilterOptions;
      readonly run: (payload: never, context: FilterContext) => Promise<unknown>;
    };

/**
 * Runs after something happened. Delivered at least once and tried again until it resolves.
 *
 * `on('user.created', async ({ user }, { db }) => db((em) => em.insert(Contact, { name: user.displayName })))`
 */
export const on = <N extends EventName>(
  hook: N,
  run: (data: EventData<N>, context: HookContext) => Promise<void>,
  options: ActionOptions = {},
): HookHandler => ({
  kind: 'action',
  hook,
  options,
  run: run as HookHandler['run'] & ((data: never, context: HookContext) => Promise<void>),
});

/** Runs before a change: answers the payload, changed or not, or a veto. */
export const filter = <N extends FilterName>(
  hook: N,
  options: FilterOptions,
  run: (payload: FilterPayload<N>, context: FilterContext) => Promise<FilterPayload<N> | Veto>,
): HookHandler => ({ kind: 'filter', hook, options, run: run as (payload: never, context: FilterContext) => Promise<unknown> });
