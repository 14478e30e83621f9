import type { Tracer } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ChangeFor, FilterChain } from './change/change.ts';
import type { Database } from './database/database.ts';
import type { EventBus } from './event-bus/event-bus.ts';
import type { IdentityProvider } from './identity-provider/identity-provider.ts';
import type { StoredSigningKeys, Vault } from './keys/signing-keys.ts';
import type { Mailer } from './mailer/mailer.ts';
import type { ObjectStorage } from './object-storage/object-storage.ts';
import type { Operations } from './operation/operation.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { SharedState } from './shared-state/shared-state.ts';

/** Everything outside that a core subgraph depends on. Which implementation stands behind each is nobody's business above. */
export interface Foundation {
  readonly database: Database;
  readonly pubsub: PubSub;
  readonly state: SharedState;
  readonly events: EventBus;
  readonly identity: IdentityProvider;
  readonly storage: ObjectStorage;
  readonly mailer: Mailer;
  readonly operations: Operations;
  readonly keys: StoredSigningKeys;
  readonly vault: Vault;
  readonly changeFor: ChangeFor;
  /** Set once the plugins subgraph is there; until then no filter runs. */
  useFilters(chain: FilterChain): void;
  readonly clock: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly log: Logger;
  /** Where requests and calls are traced; absent where nothing is. */
  readonly tracer?: Tracer;
  /** What the foundation measures, to be served with the process's own metrics. */
  readonly metrics: Registry;
  readonly settings: Settings;
}

/** The part of the configuration that rules need. */
export interface Settings {
  /** Public base URL of the platform, without a trailing slash. */
  readonly url: string;
  readonly baseDomain: string | undefined;
  /** Prefix of cluster-wide names such as database roles and buckets. */
  readonly installation: string;
  readonly demo: boolean;
  /** Hosts that plugin services may live on besides public addresses. */
  readonly pluginHosts: readonly string[];
  /** Proxies whose word counts about who asks, as addresses and ranges. */
  readonly trustedProxies?: readonly string[];
  /** How long a deleted tenant can be restored. */
  readonly deletionGraceDays: number;
  /** Points of estimated cost that one operation may have. */
  readonly maxCost?: number;
  /** Characters that one answer may have. */
  readonly maxAnswer?: number;
  /** Whether requests go through while their counters can't be reached. */
  readonly rateLimits?: 'open' | 'closed';
  /** Who may look at the schema: `on`, `off`, or the permission it takes. */
  readonly introspection?: { readonly anonymous: 'on' | 'off'; readonly tenant: string; readonly platform: string };
  /** Whether fields that their caller may not see are withheld, or make the whole operation be refused. */
  readonly unauthorizedFields?: 'withhold' | 'refuse';
  /** Whether identical queries of one principal share an execution while it is under way. */
  readonly shareQueries?: boolean;
}
