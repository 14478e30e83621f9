import type { UnauthorizedFields } from '../authorization/refuse-whole.ts';
import type { OperationLimits } from '../limits/operation-limits.ts';

/** What nobody may ask beyond: what is absent has no limit, but for the body. */
export interface StandaloneLimits extends Partial<OperationLimits> {
  /** Of a document. */
  readonly tokens?: number;
  /** Points that an operation is estimated to cost. */
  readonly cost?: number;
  /** Bytes of a request; 5,000,000 when absent. */
  readonly body?: number;
  /** Characters of an answer. */
  readonly answer?: number;
}

/** How the gateway runs on its own: one supergraph, no tenants, no tokens of its own. */
export interface StandaloneOptions {
  readonly sdl: string;
  /** Client headers that are passed on to subgraphs, in lower case; all others stay outside. */
  readonly forwardHeaders: readonly string[];
  /** `stock` runs plans by Apollo's executor, as reference and fallback. */
  readonly executor: 'own' | 'stock';
  /** Identical queries in flight, with the same forwarded headers, share one execution. */
  readonly shareQueries: boolean;
  /** What becomes of fields behind guards, which nobody here may see: withheld when absent. */
  readonly unauthorizedFields?: UnauthorizedFields;
  /** Writes a line for each request, as the platform's gateway does. */
  readonly accessLog?: boolean;
  /** Proxies whose word counts about a client's address in that line. */
  readonly trustedProxies?: readonly string[];
  /** For a subgraph to answer. */
  readonly timeoutMs?: number;
  /** For a request's body to arrive; 30 s. */
  readonly bodyTimeoutMs?: number;
  readonly limits?: StandaloneLimits;
}
